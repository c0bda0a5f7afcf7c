import '@/i18n/ticket';
import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Visibility } from '@/api/types';
import { IconLock, IconUsers } from '@/lib/icons';

/** Whether the requester may read the words. */
export function VisibilityChoice({
  value,
  onChange,
}: {
  value: Visibility;
  onChange: (visibility: Visibility) => void;
}) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={value}
      onChange={(_event, next: Visibility | null) => next && onChange(next)}
      aria-label={t('conversation.visibility')}
      sx={{
        '& .MuiToggleButton-root': {
          py: 0,
          px: 1,
          height: 28,
          gap: 0.625,
          fontSize: '0.75rem',
          textTransform: 'none',
          borderColor: 'divider',
        },
      }}
    >
      <ToggleButton value="internal">
        <IconLock size={14} aria-hidden />
        {t('conversation.internal')}
      </ToggleButton>
      <ToggleButton value="public">
        <IconUsers size={14} aria-hidden />
        {t('conversation.public')}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
