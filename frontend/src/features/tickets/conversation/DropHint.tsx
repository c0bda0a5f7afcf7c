import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';

/** Over the whole page while files are dragged over it. */
export function DropHint() {
  const { t } = useTranslation();
  return (
    <Box
      sx={{
        position: 'fixed',
        inset: 8,
        zIndex: 'modal',
        pointerEvents: 'none',
        display: 'grid',
        placeItems: 'center',
        border: '2px dashed',
        borderColor: 'primary.main',
        borderRadius: 2,
      }}
    >
      <Box
        role="status"
        sx={{
          px: 2,
          py: 1,
          borderRadius: 1,
          bgcolor: 'surface.raised',
          border: 1,
          borderColor: 'divider',
          fontWeight: 560,
        }}
      >
        {t('conversation.dropHere')}
      </Box>
    </Box>
  );
}
