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
import { type Finding, type Move, moveWorkflow, type WorkflowDetail } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { Check } from '@/components/ui/Check';
import { TextField } from '@/components/ui/TextField';
import { Tooltip } from '@/components/ui/Tooltip';
import { showToast } from '@/components/ui/toast';
import { useTypedGuard } from '@/components/ui/useTypedGuard';
import {
  IconArchive,
  IconArrowBackUp,
  IconCheck,
  IconCopy,
  IconDots,
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconRocket,
} from '@/lib/icons';
import { DeployDialog } from './DeployDialog';
import { DuplicateDialog } from './DuplicateDialog';
import { LoadDialog } from './LoadDialog';
import type { DraftControl } from './useDraft';
import { useExport } from './useExport';

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
  const [asked, setAsked] = useState<'deploy' | 'pause' | 'archive' | 'discard' | 'duplicate' | null>(null);
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const moves = workflow.legal_moves;
  const exportFile = useExport(workflow);

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
            exportFile();
          }}
        >
          <IconDownload size={16} aria-hidden />
          {t('designer.export')}
        </MenuItem>
        <MenuItem
          onClick={() => {
            setMenu(null);
            setAsked('duplicate');
          }}
        >
          <IconCopy size={16} aria-hidden />
          {t('designer.duplicate.action')}
        </MenuItem>
        {workflow.has_undeployed_changes && (
          <MenuItem
            onClick={() => {
              setMenu(null);
              setAsked('discard');
            }}
          >
            <IconArrowBackUp size={16} aria-hidden />
            {t('designer.load.discard')}
          </MenuItem>
        )}
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
      {asked === 'duplicate' && (
        <DuplicateDialog workflow={workflow} control={control} onClose={() => setAsked(null)} />
      )}
      {asked === 'discard' && workflow.current_version !== null && (
        <LoadDialog
          workflow={workflow}
          number={workflow.current_version}
          control={control}
          onClose={() => setAsked(null)}
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
  const guard = useTypedGuard(onClose, false);
  return (
    <Dialog
      open
      onClose={guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="xs"
      aria-labelledby={titleId}
    >
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
      {guard.question}
    </Dialog>
  );
}
