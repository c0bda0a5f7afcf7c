import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router-dom';
import type { DraftControl } from './useDraft';

/** Leaving stores what is not stored yet; only what cannot be stored is asked about. */
export function LeaveGuard({ control }: { control: DraftControl }) {
  const { t } = useTranslation();
  const titleId = useId();
  const { isUnsaved, save } = control;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isUnsaved && currentLocation.pathname !== nextLocation.pathname,
  );
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (blocker.state !== 'blocked') {
      setAsking(false);
      return;
    }
    void save().then((isSaved) => {
      if (isSaved) blocker.proceed();
      else setAsking(true);
    });
  }, [blocker, save]);
  if (blocker.state !== 'blocked' || !isAsking) return null;
  return (
    <Dialog open onClose={() => blocker.reset()} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('designer.leave.title')}</DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>{t('designer.leave.text')}</DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={() => blocker.reset()}>
          {t('designer.leave.stay')}
        </Button>
        <Button variant="contained" color="error" onClick={() => blocker.proceed()}>
          {t('designer.leave.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
