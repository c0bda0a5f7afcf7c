import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { signInProvidersQuery } from '@/api/session';
import { Stack } from '@/components/ui/layout';

/** One button per provider; nothing where there is none, or where the question is not answered. */
export function ProviderButtons({ next }: { next: string }) {
  const { t } = useTranslation();
  const providers = useQuery({ ...signInProvidersQuery(), retry: false });
  if (!providers.data?.length) return null;
  return (
    <Stack gap={1.5} mt={1.5}>
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
