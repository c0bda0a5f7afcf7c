import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Something was tried to be stored, and was not. */
  isFailed?: boolean;
  onStay: () => void;
  onLeave: () => void;
}

export function LeaveDialog({ isFailed = false, onStay, onLeave }: Props) {
  const { t } = useTranslation();
  const titleId = useId();
  return (
    <Dialog open onClose={onStay} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('leave.title')}</DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>
        {t(isFailed ? 'leave.failed' : 'leave.text')}
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onStay} autoFocus>
          {t('leave.stay')}
        </Button>
        <Button variant="contained" color="error" onClick={onLeave}>
          {t('leave.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
