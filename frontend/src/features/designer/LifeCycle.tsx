import '@/i18n/ticket';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  IconButton,
  Menu,
  MenuItem,
} from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  exportWorkflow,
  type Finding,
  type Move,
  moveWorkflow,
  type WorkflowDetail,
} from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { Check } from '@/components/ui/Check';
import { TextField } from '@/components/ui/TextField';
import { Tooltip } from '@/components/ui/Tooltip';
import { showToast } from '@/components/ui/toast';
import {
  IconArchive,
  IconCheck,
  IconDots,
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconRocket,
} from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { DeployDialog } from './DeployDialog';
import type { DraftControl } from './useDraft';

interface Props {
  workflow: WorkflowDetail;
  control: DraftControl;
  onFinding: (finding: Finding) => void;
}

/** The moves of a workflow's life that are legal now, and only those. */
export function LifeCycle({ workflow, control, onFinding }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const id = String(workflow.id);
  const [asked, setAsked] = useState<'deploy' | 'pause' | 'archive' | null>(null);
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const moves = workflow.legal_moves;

  const move = useMutation({
    mutationFn: async (wanted: { move: Move; body?: object }) => {
      if (!(await control.save())) throw control.problem ?? new Error(t('designer.save.failed'));
      return moveWorkflow(id, wanted.move, wanted.body);
    },
    onSuccess: (_answer, wanted) => {
      setAsked(null);
      showToast('success', t(`designer.moved.${wanted.move}`));
    },
    onError: (error) => {
      const problem = toProblem(error);
      showToast(problem.isConflict ? 'warning' : 'error', problem.message || t('problem.server.hint'));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  const startDeploy = useMutation({
    mutationFn: () => control.save(),
    onSuccess: (isSaved) => {
      if (isSaved) setAsked('deploy');
      else showToast('warning', t('designer.save.failed'));
    },
  });
  const canDeploy = moves.includes('deploy') || moves.includes('initialize');

  return (
    <>
      {moves.includes('resume') && (
        <Button
          variant="outlined"
          startIcon={<IconPlayerPlay size={15} />}
          loading={move.isPending}
          onClick={() => move.mutate({ move: 'resume' })}
        >
          {t('designer.move.resume')}
        </Button>
      )}
      {moves.includes('pause') && (
        <Button
          variant="outlined"
          startIcon={<IconPlayerPause size={15} />}
          onClick={() => setAsked('pause')}
        >
          {t('designer.move.pause')}
        </Button>
      )}
      {(canDeploy || control.isUnsaved) && (
        <Button
          variant="contained"
          startIcon={<IconRocket size={15} />}
          loading={startDeploy.isPending}
          onClick={() => startDeploy.mutate()}
        >
          {t('designer.move.deploy')}
        </Button>
      )}
      <Tooltip title={t('ticket.more')}>
        <IconButton
          aria-label={t('ticket.more')}
          aria-haspopup="menu"
          aria-expanded={menu !== null}
          onClick={(event) => setMenu(event.currentTarget)}
        >
          <IconDots size={18} />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={menu} open={menu !== null} onClose={() => setMenu(null)}>
        {moves.includes('initialize') && (
          <MenuItem
            onClick={() => {
              setMenu(null);
              move.mutate({ move: 'initialize', body: { edit_version: control.latestVersion() } });
            }}
          >
            <IconCheck size={16} aria-hidden />
            {t('designer.move.initialize')}
          </MenuItem>
        )}
        <MenuItem
          onClick={() => {
            setMenu(null);
            void exportWorkflow(id).then(
              (file) =>
                saveBlob(
                  new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' }),
                  `${workflow.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`,
                ),
              (error) => showToast('error', toProblem(error).message || t('problem.server.hint')),
            );
          }}
        >
          <IconDownload size={16} aria-hidden />
          {t('designer.export')}
        </MenuItem>
        {moves.includes('archive') && (
          <MenuItem
            onClick={() => {
              setMenu(null);
              setAsked('archive');
            }}
          >
            <IconArchive size={16} aria-hidden />
            {t('designer.move.archive')}
          </MenuItem>
        )}
      </Menu>
      {asked === 'deploy' && (
        <DeployDialog
          workflow={workflow}
          control={control}
          onClose={() => setAsked(null)}
          onFinding={(finding) => {
            setAsked(null);
            onFinding(finding);
          }}
        />
      )}
      {(asked === 'pause' || asked === 'archive') && (
        <ReasonDialog
          move={asked}
          running={workflow.running_tasks}
          busy={move.isPending}
          onClose={() => setAsked(null)}
          onConfirm={(body) => move.mutate({ move: asked, body })}
        />
      )}
    </>
  );
}

function ReasonDialog({
  move,
  running,
  busy,
  onClose,
  onConfirm,
}: {
  move: 'pause' | 'archive';
  running: number;
  busy: boolean;
  onClose: () => void;
  onConfirm: (body: { reason: string; hold_running?: boolean }) => void;
}) {
  const { t } = useTranslation();
  const titleId = useId();
  const [reason, setReason] = useState('');
  const [hold, setHold] = useState(false);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t(`designer.ask.${move}.title`)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <Box sx={{ fontSize: '0.875rem', color: 'text.secondary' }}>{t(`designer.ask.${move}.hint`)}</Box>
        {move === 'pause' && running > 0 && (
          <Check label={t('designer.ask.hold', { count: running })} checked={hold} onChange={setHold} />
        )}
        {move === 'archive' && running > 0 && (
          <Alert severity="warning">{t('designer.ask.stillRunning', { count: running })}</Alert>
        )}
        <TextField label={t('verb.reason')} value={reason} rows={2} onChange={setReason} />
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          variant="contained"
          color={move === 'archive' ? 'error' : 'primary'}
          loading={busy}
          onClick={() => onConfirm(move === 'pause' ? { reason, hold_running: hold } : { reason })}
        >
          {t(`designer.move.${move}`)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
