import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { signInProvidersQuery } from '@/api/session';
import { Stack, Text } from '@/components/ui/layout';

/** One button per provider; nothing where there is none, or where the question is not answered. */
export function ProviderButtons({ next }: { next: string }) {
  const { t } = useTranslation();
  const providers = useQuery({ ...signInProvidersQuery(), retry: false });
  if (!providers.data?.length) return null;
  return (
    <Stack gap={1.5} mt={2}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: '1fr auto 1fr',
          alignItems: 'center',
          gap: 1.5,
          '&::before, &::after': { content: '""', borderTop: 1, borderColor: 'divider' },
        }}
      >
        <Text variant="muted">{t('login.or')}</Text>
      </Box>
      {providers.data.map(({ slug, name, start_url }) => (
        <Button
          key={slug}
          variant="outlined"
          href={`${start_url}?${new URLSearchParams({ next })}`}
          sx={{ minHeight: 38 }}
        >
          {t('login.provider', { name })}
        </Button>
      ))}
    </Stack>
  );
}
