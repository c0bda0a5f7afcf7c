import '@/i18n/ticket';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  TextField,
} from '@mui/material';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { workersOf } from '@/api/choices';
import type { Problem } from '@/api/problem';
import type { HoldWait, TaskDetail, TaskVerb } from '@/api/tasks';
import type { Priority } from '@/api/types';
import { PickField } from '@/components/ui/PickField';
import { useTypedGuard } from '@/components/ui/useTypedGuard';
import { serverNow } from '@/lib/serverClock';
import { HoldFields } from './HoldFields';
import { asWait, firstHoldChoice, problemWith } from './holdChoice';

interface Answer extends HoldWait {
  reason?: string;
  user_id?: number;
  priority?: Priority;
}

interface Props {
  verb: TaskVerb;
  task: TaskDetail;
  busy: boolean;
  error: Problem | null;
  /** What is said goes along and is the reason. */
  hasComment?: boolean;
  onClose: () => void;
  onConfirm: (answer: Answer) => void;
}

const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];

export function VerbDialog({ verb, task, busy, error, hasComment = false, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [target, setTarget] = useState('');
  const [priority, setPriority] = useState<Priority>(task.priority);
  const [hold, setHold] = useState(() => firstHoldChoice(serverNow()));
  const [touched, setTouched] = useState(false);
  const isHold = verb === 'hold';
  const holdProblem = isHold ? problemWith(hold, serverNow()) : null;
  const kind = verb as 'hold' | 'transfer' | 'escalate' | 'priority' | 'reopen' | 'cancel';
  // Not every act asks for one.
  const needsReason = isHold ? hold.reason === 'other' : verb !== 'priority';
  const missingReason = reason.trim() === '' && !hasComment && needsReason;
  const missingTarget = verb === 'transfer' && target === '';

  const guard = useTypedGuard(onClose, error !== null);
  const confirm = () => {
    setTouched(true);
    if (missingReason || missingTarget || holdProblem) return;
    guard.onSent();
    onConfirm({
      ...(reason.trim() ? { reason: reason.trim() } : {}),
      ...(verb === 'transfer' ? { user_id: Number(target) } : {}),
      ...(verb === 'priority' ? { priority } : {}),
      ...(isHold ? asWait(hold) : {}),
    });
  };

  return (
    <Dialog
      open
      onClose={busy ? undefined : guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="xs"
      aria-labelledby="verb-title"
    >
      <DialogTitle id="verb-title">{t(`verb.${kind}.title`)}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        {error && !error.isConflict && (
          <Alert severity="error">{error.message || t('problem.server.hint')}</Alert>
        )}
        {verb === 'transfer' && (
          <TransferTarget
            task={task}
            value={target}
            onChange={setTarget}
            missing={touched && missingTarget}
          />
        )}
        {isHold && <HoldFields choice={hold} problem={touched ? holdProblem : null} onChange={setHold} />}
        {verb === 'priority' && (
          <TextField
            select
            size="small"
            label={t('field.priority')}
            value={priority}
            onChange={(event) => setPriority(event.target.value as Priority)}
            sx={{ mt: 0.75 }}
          >
            {PRIORITIES.map((each) => (
              <MenuItem key={each} value={each}>
                {t(`priority.${each}`)}
              </MenuItem>
            ))}
          </TextField>
        )}
        {!hasComment && (
          <TextField
            autoFocus
            required={needsReason}
            multiline
            slotProps={{ htmlInput: { dir: 'auto' } }}
            minRows={2}
            label={t('verb.reason')}
            helperText={touched && missingReason ? t('verb.reasonNeeded') : t(`verb.${kind}.hint`)}
            error={touched && missingReason}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            sx={{ mt: isHold || verb === 'transfer' || verb === 'priority' ? 0 : 0.75 }}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose} disabled={busy}>
          {t('action.cancel')}
        </Button>
        <Button variant="contained" loading={busy} onClick={confirm}>
          {t(`verb.${kind}.confirm`)}
        </Button>
      </DialogActions>
      {guard.question}
    </Dialog>
  );
}

interface TargetProps {
  task: TaskDetail;
  value: string;
  onChange: (userId: string) => void;
  missing: boolean;
}

/** Only members of the step's role can take the task over. */
function TransferTarget({ task, value, onChange, missing }: TargetProps) {
  const { t } = useTranslation();
  const roleId = task.current_step?.role_id ?? undefined;
  const source = useMemo(() => workersOf(roleId), [roleId]);
  const assignee = useMemo(() => new Set([String(task.assignee?.user_id ?? '')]), [task.assignee]);
  return (
    <PickField
      label={t('verb.transfer.to')}
      source={source}
      value={value}
      required
      exclude={assignee}
      nothing={t('verb.transfer.nobody')}
      hint={t('verb.transfer.eligible', { role: task.current_step?.role ?? '' })}
      error={missing ? t('verb.transfer.toNeeded') : undefined}
      onChange={onChange}
    />
  );
}
