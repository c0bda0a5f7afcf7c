import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  deployPreviewQuery,
  type Finding,
  moveWorkflow,
  requestDeploy,
  type WorkflowDetail,
  withdrawDeployRequest,
} from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { Check } from '@/components/ui/Check';
import { Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { useTypedGuard } from '@/components/ui/useTypedGuard';
import { useUser } from '@/context/SessionContext';
import { formatDateTime } from '@/lib/time';
import { useUrlParams } from '@/lib/useUrlParams';
import { ChangeList } from './ChangeList';
import type { DraftControl } from './useDraft';

interface Props {
  workflow: WorkflowDetail;
  control: DraftControl;
  onClose: () => void;
  onFinding: (finding: Finding) => void;
}

/** What a deploy would do, before it does: changes against live, who is on the way, what is wrong. */
export function DeployDialog({ workflow, control, onClose, onFinding }: Props) {
  const { t } = useTranslation();
  const titleId = useId();
  const queryClient = useQueryClient();
  const id = String(workflow.id);
  const { user_id } = useUser();
  const preview = useQuery(deployPreviewQuery(id));
  const [reason, setReason] = useState('');
  const [isMoving, setMoving] = useState(false);
  const [, setSearch] = useUrlParams();
  const deploy = useMutation({
    mutationFn: async () => {
      const edit_version = control.latestVersion();
      if (preview.data?.legal_moves.includes('initialize'))
        await moveWorkflow(id, 'initialize', { edit_version });
      return moveWorkflow(id, 'deploy', { edit_version, reason: reason.trim() });
    },
    onSuccess: (deployed) => {
      showToast('success', t('designer.deploy.done', { version: deployed.current_version }));
      onClose();
      // Most stand in the version that was live; the others have their buttons in the list of versions.
      if (isMoving) setSearch(new URLSearchParams({ tab: 'versions', move: String(data?.live_version) }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  const request = useMutation({
    mutationFn: () => requestDeploy(id, { edit_version: control.latestVersion(), reason: reason.trim() }),
    onSuccess: () => {
      showToast('success', t('designer.deploy.requestDone'));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  const withdraw = useMutation({
    mutationFn: () => withdrawDeployRequest(id),
    onSuccess: () => showToast('success', t('designer.deploy.withdrawn')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  const { data } = preview;
  const failed = [deploy, request, withdraw].find((each) => each.isError);
  const refused = failed ? toProblem(failed.error) : null;
  const asked = data?.deploy_request ?? null;
  const isMine = asked?.requested_by.user_id === user_id;
  const needsRequest = data?.needs_second_person && (!asked?.is_current || isMine);
  const other = (refused?.body as { other?: { id: number; name: string } } | undefined)?.other;
  const canDeploy = data?.report.is_valid && data.has_changes;

  const guard = useTypedGuard(onClose, refused !== null);

  return (
    <Dialog
      open
      onClose={guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="sm"
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>{t('designer.deploy.title', { name: workflow.name })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <QueryState query={preview} rows={5} />
        {data && (
          <>
            <Box sx={{ fontSize: '0.875rem' }}>
              {data.live_version === null
                ? t('designer.deploy.first', { next: data.next_version })
                : t('designer.deploy.next', { live: data.live_version, next: data.next_version })}
            </Box>
            {asked && (
              <Alert
                severity="info"
                action={
                  asked.is_current && isMine ? (
                    <Button
                      color="inherit"
                      size="small"
                      loading={withdraw.isPending}
                      onClick={() => withdraw.mutate()}
                    >
                      {t('designer.deploy.withdraw')}
                    </Button>
                  ) : undefined
                }
              >
                {t(`designer.deploy.${askedText(asked.is_current, isMine)}`, {
                  name: asked.requested_by.full_name,
                  date: formatDateTime(asked.requested_at),
                })}
                {asked.reason && <Box sx={{ mt: 0.5, whiteSpace: 'pre-line' }}>{asked.reason}</Box>}
              </Alert>
            )}
            {needsRequest && !(asked?.is_current && isMine) && (
              <Text variant="muted">{t('designer.deploy.requestHint')}</Text>
            )}
            {data.report.errors.length > 0 && (
              <Alert severity="error">
                {t('designer.deploy.errors', { count: data.report.errors.length })}
                <FindingLinks findings={data.report.errors} onFinding={onFinding} />
              </Alert>
            )}
            {data.report.warnings.length > 0 && (
              <Alert severity="warning">
                {t('designer.deploy.warnings', { count: data.report.warnings.length })}
                <FindingLinks findings={data.report.warnings} onFinding={onFinding} />
              </Alert>
            )}
            {data.changes && (
              <Box component="section" aria-label={t('designer.deploy.changes')}>
                <Box sx={{ fontWeight: 600, fontSize: '0.875rem', mb: 1 }}>
                  {t('designer.deploy.changes')}
                </Box>
                <ChangeList changes={data.changes} />
              </Box>
            )}
            <Box component="section" aria-label={t('designer.deploy.running')}>
              <Box sx={{ fontWeight: 600, fontSize: '0.875rem', mb: 0.5 }}>
                {t('designer.deploy.running')}
              </Box>
              <Text variant="muted">
                {data.running_tasks === 0
                  ? t('designer.deploy.noneRunning')
                  : t('designer.deploy.runningStay', { count: data.running_tasks })}
              </Text>
              <Box component="ul" sx={{ m: 0, mt: 0.5, paddingInlineStart: 2.25, fontSize: '0.8125rem' }}>
                {data.running.map((row) => (
                  <li key={`${row.version}-${row.step?.id}`}>
                    {t('designer.deploy.runningLine', {
                      count: row.running_tasks,
                      step: row.step?.name ?? t('status.handing_off'),
                      version: row.version,
                    })}
                    {!row.is_in_draft && row.step && (
                      <Box component="span" sx={{ color: 'tone.amber.fg' }}>
                        {` · ${t('designer.deploy.stepGone')}`}
                      </Box>
                    )}
                  </li>
                ))}
              </Box>
              {canDeploy && !needsRequest && data.live_version !== null && data.running_tasks > 0 && (
                <Check label={t('designer.deploy.moveAfter')} checked={isMoving} onChange={setMoving} />
              )}
            </Box>
          </>
        )}
        {canDeploy && (
          <TextField
            label={t('designer.versions.reason')}
            value={reason}
            rows={2}
            hint={t('designer.versions.reasonHint')}
            inputProps={{ maxLength: 4000 }}
            onChange={setReason}
          />
        )}
        {refused && (
          <Alert severity={refused.isConflict ? 'warning' : 'error'}>
            {refused.message || t('problem.other.hint')}
            {other && ` (${other.name})`}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          variant="contained"
          disabled={!canDeploy || (needsRequest && asked?.is_current)}
          loading={deploy.isPending || request.isPending}
          onClick={() => {
            guard.onSent();
            if (needsRequest) request.mutate();
            else deploy.mutate();
          }}
        >
          {needsRequest
            ? t('designer.deploy.request')
            : data
              ? t('designer.deploy.confirm', { version: data.next_version })
              : t('designer.deploy.action')}
        </Button>
      </DialogActions>
      {guard.question}
    </Dialog>
  );
}

function askedText(isCurrent: boolean, isMine: boolean) {
  if (!isCurrent) return 'requestOutdated';
  return isMine ? 'requestedByMe' : 'requestedBy';
}

function FindingLinks({
  findings,
  onFinding,
}: {
  findings: Finding[];
  onFinding: (finding: Finding) => void;
}) {
  return (
    <Box component="ul" sx={{ m: 0, mt: 0.5, paddingInlineStart: 2 }}>
      {findings.map((finding) => (
        <li key={`${finding.code}-${finding.step_id}-${finding.transition_id}-${finding.field}`}>
          <Box
            component="button"
            type="button"
            onClick={() => onFinding(finding)}
            sx={{
              font: 'inherit',
              color: 'inherit',
              background: 'none',
              border: 0,
              p: 0,
              cursor: 'pointer',
              textAlign: 'start',
              textDecoration: 'underline',
            }}
          >
            {finding.message}
          </Box>
        </li>
      ))}
    </Box>
  );
}
