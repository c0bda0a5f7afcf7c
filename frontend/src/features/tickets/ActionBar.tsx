import '@/i18n/ticket';
import { Alert, Box, Button, Menu, MenuItem } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Problem, toProblem } from '@/api/problem';
import {
  type AvailableTransition,
  doVerb,
  type PerformInput,
  performTransition,
  type TaskDetail,
  type TaskVerb,
  taskKeys,
  type VerbInput,
} from '@/api/tasks';
import { ticketKeys } from '@/api/tickets';
import type { Outcome } from '@/api/types';
import { Grow, Row, Text } from '@/components/ui/layout';
import { showToast } from '@/components/ui/toast';
import { useUser } from '@/context/SessionContext';
import { type Command, useOfferCommands } from '@/lib/commands';
import { IconArrowBackUp, IconArrowRight, IconCheck, IconDots, IconUserCheck, IconX } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { COMPOSER_ID } from './conversation/Conversation';
import { TransitionDialog } from './TransitionDialog';
import { VerbDialog } from './VerbDialog';

const MoveDialog = lazyPart(() => import('./MoveDialog'), 'MoveDialog');

const ICON: Record<Outcome, typeof IconCheck> = {
  forward: IconArrowRight,
  approve: IconCheck,
  reject: IconX,
  return: IconArrowBackUp,
};

const VERBS: TaskVerb[] = [
  'claim',
  'resume',
  'hold',
  'release',
  'transfer',
  'escalate',
  'priority',
  'move',
  'reopen',
  'cancel',
];
const DIALOG_VERBS: TaskVerb[] = ['hold', 'transfer', 'escalate', 'priority', 'move', 'reopen', 'cancel'];

export function ActionBar({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const user = useUser();
  const [chosen, setChosen] = useState<AvailableTransition | null>(null);
  const [verb, setVerb] = useState<TaskVerb | null>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const act = useTaskActions(task, () => {
    setChosen(null);
    setVerb(null);
  });

  const open = ['pending', 'in_progress', 'on_hold'].includes(task.status);
  const verbs = useMemo(
    () => VERBS.filter((each) => task.available_actions.includes(each)),
    [task.available_actions],
  );

  const { start, run } = useMemo(() => {
    const start = (transition: AvailableTransition) => {
      // One click is enough where nothing has to be said; a refusal always asks first.
      if (transition.requires_comment || transition.outcome === 'reject' || transition.outcome === 'return') {
        setChosen(transition);
      } else act.perform(transition);
    };
    const run = (next: TaskVerb) => {
      setAnchor(null);
      if (DIALOG_VERBS.includes(next)) setVerb(next);
      else act.verb({ verb: next });
    };
    return { start, run };
  }, [act]);

  const commands = useMemo<Command[]>(
    () => [
      ...task.available_transitions.map((transition) => ({
        id: `transition-${transition.id}`,
        group: 'ticket' as const,
        label: transition.name,
        run: () => start(transition),
      })),
      ...verbs.map((each) => ({
        id: `verb-${each}`,
        group: 'ticket' as const,
        label: t(`verb.${each}.action`),
        run: () => run(each),
      })),
      {
        id: 'comment',
        group: 'ticket',
        label: t('conversation.write'),
        keys: 'c',
        run: () => document.getElementById(COMPOSER_ID)?.focus(),
      },
    ],
    [task.available_transitions, verbs, start, run, t],
  );
  useOfferCommands(commands);

  const mainVerb = verbs.includes('claim') ? 'claim' : verbs.includes('resume') ? 'resume' : null;
  const menuVerbs = verbs.filter((each) => each !== mainVerb);
  const nothing = task.available_transitions.length === 0 && mainVerb === null;

  return (
    <Box>
      {act.conflict && (
        <Alert severity="warning" onClose={act.dismissConflict} sx={{ mb: 1.5 }}>
          {t('ticket.conflict', { detail: act.conflict })}
        </Alert>
      )}
      {task.move_offer && verbs.includes('move') && (
        <Alert
          severity="info"
          sx={{ mb: 1.5 }}
          action={
            <Button color="inherit" size="small" onClick={() => setVerb('move')}>
              {t('verb.move.offerAct')}
            </Button>
          }
        >
          {t('verb.move.offer', { name: task.move_offer.name })}
        </Alert>
      )}
      <Row gap={1} align="center" role="group" aria-label={t('ticket.actions')}>
        {task.available_transitions.map((transition, index) => {
          const Icon = ICON[transition.outcome] ?? IconArrowRight;
          const positive = transition.outcome === 'forward' || transition.outcome === 'approve';
          return (
            <Button
              key={transition.id}
              variant={positive && index === 0 ? 'contained' : 'outlined'}
              startIcon={<Icon size={16} />}
              loading={act.busyWith === transition.id}
              disabled={act.isBusy}
              onClick={() => start(transition)}
              sx={transition.outcome === 'reject' ? { color: 'tone.red.fg' } : undefined}
            >
              {transition.name}
            </Button>
          );
        })}
        {mainVerb && (
          <Button
            variant="contained"
            startIcon={<IconUserCheck size={16} />}
            disabled={act.isBusy}
            onClick={() => run(mainVerb)}
          >
            {t(`verb.${mainVerb}.action`)}
          </Button>
        )}
        {nothing && (
          <Text variant="muted">
            {open
              ? task.assignee
                ? t('ticket.waitsFor', { name: task.assignee.full_name })
                : t('ticket.waitsForRole', { role: task.current_step?.role ?? '' })
              : t(`ticket.over.${task.status as 'completed' | 'rejected' | 'cancelled' | 'handing_off'}`)}
          </Text>
        )}
        {task.available_transitions.length > 0 && task.assignee && task.assignee.user_id !== user.user_id && (
          <Text variant="hint">{t('ticket.onBehalf', { name: task.assignee.full_name })}</Text>
        )}
        <Grow />
        {menuVerbs.length > 0 && (
          <>
            <Button
              variant="outlined"
              aria-haspopup="menu"
              aria-expanded={anchor !== null}
              startIcon={<IconDots size={16} />}
              onClick={(event) => setAnchor(event.currentTarget)}
            >
              {t('ticket.more')}
            </Button>
            <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
              {menuVerbs.map((each) => (
                <MenuItem key={each} onClick={() => run(each)}>
                  {t(`verb.${each}.action`)}
                </MenuItem>
              ))}
            </Menu>
          </>
        )}
      </Row>
      {chosen && (
        <TransitionDialog
          transition={chosen}
          busy={act.isBusy}
          error={act.error}
          onClose={() => setChosen(null)}
          onConfirm={(comment) => act.perform(chosen, comment)}
        />
      )}
      {verb === 'move' && (
        <Suspense fallback={null}>
          <MoveDialog task={task} onClose={() => setVerb(null)} />
        </Suspense>
      )}
      {verb && verb !== 'move' && (
        <VerbDialog
          verb={verb}
          task={task}
          busy={act.isBusy}
          error={act.error}
          onClose={() => setVerb(null)}
          onConfirm={(input) => act.verb({ verb, ...input })}
        />
      )}
    </Box>
  );
}

/** Every act names the version it was decided on. When someone was faster, the new state is shown, and who it was. */
function useTaskActions(task: TaskDetail, onDone: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [conflict, setConflict] = useState<string | null>(null);

  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: taskKeys.all }),
      queryClient.invalidateQueries({ queryKey: ticketKeys.one(task.ticket_number) }),
    ]);
  const onError = (error: unknown) => {
    const problem = toProblem(error);
    if (problem.isConflict) {
      setConflict(problem.message);
      onDone();
      void refresh();
    } else if (problem.status === 0 || problem.status >= 500) {
      showToast('error', t(problem.isOffline ? 'problem.offline.hint' : 'problem.server.hint'));
    } else showToast('error', problem.message);
  };
  const onSuccess = () => {
    setConflict(null);
    onDone();
    return refresh();
  };
  const transition = useMutation({
    mutationFn: (input: PerformInput) => performTransition(input),
    onSuccess,
    onError,
  });
  const verb = useMutation({ mutationFn: (input: VerbInput) => doVerb(input), onSuccess, onError });
  const failure = transition.error ?? verb.error;

  const { mutate: mutateTransition } = transition;
  const { mutate: mutateVerb } = verb;
  const stable = useMemo(
    () => ({
      perform: (chosen: AvailableTransition, comment?: string) =>
        mutateTransition({
          task_id: task.id,
          transition_id: chosen.id,
          expected_version: task.version,
          ...(comment ? { comment } : {}),
        }),
      verb: (input: Omit<VerbInput, 'taskId' | 'expected_version'>) =>
        mutateVerb({ taskId: task.id, expected_version: task.version, ...input }),
    }),
    [task.id, task.version, mutateTransition, mutateVerb],
  );

  const isBusy = transition.isPending || verb.isPending;
  const busyWith = transition.isPending ? transition.variables.transition_id : null;
  const error: Problem | null = failure ? toProblem(failure) : null;
  return useMemo(
    () => ({
      ...stable,
      isBusy,
      busyWith,
      error,
      conflict,
      dismissConflict: () => setConflict(null),
    }),
    [stable, isBusy, busyWith, error, conflict],
  );
}
