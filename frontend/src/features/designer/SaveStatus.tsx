import { Alert, Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Row } from '@/components/ui/layout';
import { IconAlertTriangle, IconCheck, IconRefresh } from '@/lib/icons';
import type { DraftControl } from './useDraft';

/** Whether what is seen is also what is stored. */
export function SaveStatus({ control }: { control: DraftControl }) {
  const { t } = useTranslation();
  const { saveState } = control;
  const isBad = saveState === 'failed' || saveState === 'conflict';
  const Icon = saveState === 'saved' ? IconCheck : isBad ? IconAlertTriangle : IconRefresh;
  return (
    <Box
      role="status"
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        fontSize: '0.75rem',
        color: isBad ? 'tone.red.fg' : 'text.secondary',
      }}
    >
      <Icon size={14} aria-hidden />
      {t(`designer.save.${saveState}`)}
    </Box>
  );
}

/** The settings are stored when asked, unlike the drawing: what is only typed is said, with a link to it. */
export function UnsavedSettings({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="text"
      startIcon={<IconAlertTriangle size={14} />}
      onClick={onOpen}
      sx={{ color: 'tone.amber.fg', fontSize: '0.75rem', minHeight: 24, py: 0 }}
    >
      {t('designer.save.settings')}
    </Button>
  );
}

/** Somebody was faster, or the server would not have it: what happened, and the ways on. */
export function SaveProblem({ control }: { control: DraftControl }) {
  const { t } = useTranslation();
  const { conflict, problem, saveState } = control;
  if (saveState === 'conflict' && conflict)
    return (
      <Alert
        severity="warning"
        sx={{ mb: 1.5 }}
        action={
          <Row gap={1}>
            <Button variant="outlined" onClick={() => void control.takeTheirs()}>
              {t('designer.conflict.theirs')}
            </Button>
            <Button variant="outlined" color="error" onClick={() => void control.keepMine()}>
              {t('designer.conflict.mine')}
            </Button>
          </Row>
        }
      >
        {conflict.by
          ? t('designer.conflict.by', { name: conflict.by.full_name })
          : t('designer.conflict.someone')}
      </Alert>
    );
  if (saveState === 'failed')
    return (
      <Alert
        severity="error"
        sx={{ mb: 1.5 }}
        action={
          <Button variant="outlined" onClick={() => void control.save()}>
            {t('action.retry')}
          </Button>
        }
      >
        {problem?.isOffline
          ? t('designer.save.offline')
          : t('designer.save.refused', { reason: problem?.message || t('problem.server.hint') })}
      </Alert>
    );
  return null;
}
