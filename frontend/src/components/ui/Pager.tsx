import { Box, IconButton } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { IconChevronLeft, IconChevronRight } from '@/lib/icons';

interface Props {
  page: number;
  pageSize: number;
  count: number;
  onChange: (page: number) => void;
}

export function Pager({ page, pageSize, count, onChange }: Props) {
  const { t } = useTranslation();
  const last = Math.max(1, Math.ceil(count / pageSize));
  if (count === 0) return null;
  return (
    <Box
      component="nav"
      aria-label={t('pager.label')}
      sx={{
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'flex-end',
        gap: 0.5,
        px: 1.5,
        py: 0.75,
        fontSize: '0.75rem',
        color: 'text.secondary',
      }}
    >
      <Box
        component="span"
        sx={{ marginInlineEnd: 1, fontVariantNumeric: 'tabular-nums' }}
        aria-live="polite"
      >
        {t('pager.range', { from: (page - 1) * pageSize + 1, to: Math.min(count, page * pageSize), count })}
      </Box>
      <IconButton aria-label={t('pager.previous')} disabled={page <= 1} onClick={() => onChange(page - 1)}>
        <IconChevronLeft size={16} />
      </IconButton>
      <IconButton aria-label={t('pager.next')} disabled={page >= last} onClick={() => onChange(page + 1)}>
        <IconChevronRight size={16} />
      </IconButton>
    </Box>
  );
}
