import '@/i18n/workflowFiles';
import { Alert, Box } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { applyFile, type FileOutcome, type WorkflowFile, workflowFileQuery } from '@/api/definitions';
import { type Problem, toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { ChangeList } from './ChangeList';

interface Props {
  file: WorkflowFile;
  onClose: () => void;
}

/** What a file changes in the workflow of its name, before it does. */
export function ImportDialog({ file, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const preview = useQuery(workflowFileQuery(file));
  const outcome = preview.data;
  const apply = useMutation({
    mutationFn: () => applyFile(file, outcome?.edit_version ?? null, reason.trim()),
    onSuccess: (done) => {
      void queryClient.invalidateQueries({ queryKey: workflowKeys.all });
      showToast(
        'success',
        t(done.effect === 'create' ? 'workflowFiles.created' : 'workflowFiles.updated', done),
      );
      onClose();
      navigate(`/admin/workflows/${done.workflow_id}`);
    },
    onError: (error) => {
      if (toProblem(error).isConflict) void preview.refetch();
    },
  });
  const isStale = apply.isError && toProblem(apply.error).code === 'stale_edit_version';
  const refusal = preview.isError ? toProblem(preview.error) : null;
  const isRefused = refusal?.errors.some((entry) => entry.attr) ?? false;
  const canApply = outcome !== undefined && outcome.effect !== 'none' && !preview.isError;
  return (
    <FormDialog
      title={t('workflowFiles.title', { name: String(file.name ?? '') })}
      submit={t(outcome?.effect === 'create' ? 'workflowFiles.submitCreate' : 'workflowFiles.submitUpdate')}
      maxWidth="sm"
      busy={apply.isPending}
      disabled={!canApply || preview.isFetching}
      error={isStale ? undefined : (apply.error ?? (isRefused ? undefined : preview.error))}
      onClose={onClose}
      onSubmit={() => apply.mutate()}
    >
      {isStale && <Alert severity="warning">{t('workflowFiles.stale')}</Alert>}
      {refusal && isRefused && <Refusal problem={refusal} />}
      {!preview.isError && <QueryState query={preview} rows={4} />}
      {outcome && <Preview file={file} outcome={outcome} />}
      {canApply && (
        <TextField
          label={t('workflowFiles.reason')}
          hint={t('workflowFiles.reasonHint')}
          value={reason}
          rows={2}
          inputProps={{ maxLength: 4000 }}
          onChange={setReason}
        />
      )}
    </FormDialog>
  );
}

/** What in the file is wrong, each with where it stands. */
function Refusal({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  return (
    <Alert severity="error" role="alert">
      {t('workflowFiles.refused')}
      <Box component="ul" sx={{ m: 0, paddingInlineStart: 2 }}>
        {problem.errors.map(({ attr, code, detail }) => (
          <li key={`${attr}-${code}-${detail}`}>
            {attr && (
              <>
                <code>{attr}</code>
                {': '}
              </>
            )}
            {detail}
          </li>
        ))}
      </Box>
    </Alert>
  );
}

function Preview({ file, outcome }: { file: WorkflowFile; outcome: FileOutcome }) {
  const { t } = useTranslation();
  const { changes, errors } = outcome;
  if (outcome.effect === 'none') return <Text variant="muted">{t('workflowFiles.none')}</Text>;
  const parts = changes
    ? [changes.policy, ...Object.values(changes.steps), ...Object.values(changes.transitions)]
    : [];
  const count = (part: unknown) => (Array.isArray(part) ? part.length : 0);
  return (
    <>
      <Text variant="muted">{t(`workflowFiles.${outcome.effect}`, { name: outcome.name })}</Text>
      {outcome.effect === 'create' && (
        <Box sx={{ fontSize: '0.8125rem' }}>
          {t('workflowFiles.steps', { count: count(file.steps) })}
          {', '}
          {t('workflowFiles.transitions', { count: count(file.transitions) })}
        </Box>
      )}
      {changes && parts.every((part) => part.length === 0) && <Text>{t('workflowFiles.layout')}</Text>}
      {changes && parts.some((part) => part.length > 0) && <ChangeList changes={changes} />}
      {errors.length > 0 && (
        <Alert severity="warning">
          {t('workflowFiles.errors', { count: errors.length })}
          <Box component="ul" sx={{ m: 0, paddingInlineStart: 2 }}>
            {errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </Box>
        </Alert>
      )}
      {changes && (
        <Box component="details" sx={{ fontSize: '0.8125rem', minWidth: 0 }}>
          <summary>{t('workflowFiles.text')}</summary>
          <Box
            component="pre"
            tabIndex={0}
            role="region"
            aria-label={t('workflowFiles.text')}
            sx={{ m: 0, mt: 0.5, p: 1, maxHeight: 240, overflow: 'auto', bgcolor: 'action.hover' }}
          >
            {outcome.diff}
          </Box>
        </Box>
      )}
    </>
  );
}
