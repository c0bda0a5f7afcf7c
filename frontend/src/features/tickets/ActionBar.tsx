import '@/i18n/reminders';
import '@/i18n/ticket';
import { Alert, Box, Button, MenuItem } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { remindersQuery } from '@/api/reminders';
import type { AvailableTransition, TaskDetail, TaskVerb } from '@/api/tasks';
import type { Outcome, Priority } from '@/api/types';
import { Kbd } from '@/components/ui/Kbd';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { Grow, Row, Text } from '@/components/ui/layout';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { Tooltip } from '@/components/ui/Tooltip';
import { useUser } from '@/context/SessionContext';
import { ReminderLine } from '@/features/reminders/ReminderLine';
import { type Command, useOfferCommands } from '@/lib/commands';
import { IconArrowBackUp, IconArrowRight, IconCheck, IconDots, IconUserCheck, IconX } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { HoldLine } from './HoldLine';
import { useTaskActions } from './useTaskActions';

const TransitionDialog = lazyPart(() => import('./TransitionDialog'), 'TransitionDialog');
const VerbDialog = lazyPart(() => import('./VerbDialog'), 'VerbDialog');
const ReminderDialog = lazyPart(() => import('@/features/reminders/ReminderDialog'), 'ReminderDialog');
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
const DIALOG_VERBS: TaskVerb[] = ['hold', 'transfer', 'escalate', 'move', 'reopen', 'cancel'];

const KEYS: Partial<Record<TaskVerb, string>> = {
  claim: 'a',
  transfer: 'a',
  hold: 'h',
  resume: 'h',
  escalate: 'e',
  priority: 'p',
};
const REMIND_KEY = 'm';
const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];

interface Props {
  task: TaskDetail;
  onDone: Parameters<typeof useTaskActions>[1];
}

export function ActionBar({ task, onDone }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const [chosen, setChosen] = useState<AvailableTransition | null>(null);
  const [verb, setVerb] = useState<TaskVerb | null>(null);
  const [isReminding, setReminding] = useState(false);
  const reminders = useQuery(remindersQuery());
  const reminder = reminders.data?.find((each) => each.ticket_number === task.ticket_number);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [priorities, setPriorities] = useState<HTMLElement | null>(null);
  const moreRef = useRef<HTMLButtonElement>(null);
  const act = useTaskActions(task, (done) => {
    setChosen(null);
    setVerb(null);
    onDone(done);
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
      } else void act.perform(transition);
    };
    const run = (next: TaskVerb) => {
      setAnchor(null);
      if (next === 'priority') setPriorities(moreRef.current);
      else if (DIALOG_VERBS.includes(next)) setVerb(next);
      else void act.verb({ verb: next }, t(`verb.${next as 'claim'}.action`));
    };
    return { start, run };
  }, [act, t]);

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
        keys: keyOf(each, verbs),
        run: () => run(each),
      })),
      {
        id: 'remind',
        group: 'ticket',
        label: t('reminders.act'),
        keys: REMIND_KEY,
        run: () => setReminding(true),
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
      <HoldLine task={task} />
      {reminder && <ReminderLine reminder={reminder} onChange={() => setReminding(true)} />}
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
          <Tooltip
            title={t('action.withKey', { label: t(`verb.${mainVerb}.action`), key: KEYS[mainVerb] ?? '' })}
          >
            <Button
              variant="contained"
              startIcon={<IconUserCheck size={16} />}
              disabled={act.isBusy}
              onClick={() => run(mainVerb)}
            >
              {t(`verb.${mainVerb}.action`)}
            </Button>
          </Tooltip>
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
        <Button
          ref={moreRef}
          variant="outlined"
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          startIcon={<IconDots size={16} />}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          {t('ticket.more')}
        </Button>
        <LazyMenu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
          {menuVerbs.map((each) => (
            <MenuItem key={each} onClick={() => run(each)}>
              <Box component="span" sx={{ flex: 1, marginInlineEnd: 3 }}>
                {t(`verb.${each}.action`)}
              </Box>
              {keyOf(each, verbs) && (
                <span aria-hidden>
                  <Kbd>{keyOf(each, verbs)}</Kbd>
                </span>
              )}
            </MenuItem>
          ))}
          <MenuItem
            onClick={() => {
              setAnchor(null);
              setReminding(true);
            }}
          >
            <Box component="span" sx={{ flex: 1, marginInlineEnd: 3 }}>
              {t('reminders.act')}
            </Box>
            <span aria-hidden>
              <Kbd>{REMIND_KEY}</Kbd>
            </span>
          </MenuItem>
        </LazyMenu>
        <LazyMenu
          anchorEl={priorities}
          open={priorities !== null}
          onClose={() => setPriorities(null)}
          slotProps={{ list: { 'aria-label': t('verb.priority.title') } }}
        >
          {PRIORITIES.map((each) => (
            <MenuItem
              key={each}
              selected={each === task.priority}
              onClick={() => {
                setPriorities(null);
                if (each !== task.priority) {
                  void act.verb({ verb: 'priority', priority: each }, t('verb.priority.title'));
                }
              }}
            >
              <PriorityMark priority={each} withLabel />
            </MenuItem>
          ))}
        </LazyMenu>
      </Row>
      <Suspense fallback={null}>
        {chosen && (
          <TransitionDialog
            transition={chosen}
            busy={act.isBusy}
            error={act.error}
            onClose={() => setChosen(null)}
            onConfirm={(comment) => void act.perform(chosen, { comment })}
          />
        )}
        {isReminding && (
          <ReminderDialog
            ticketNumber={task.ticket_number}
            reminder={reminder}
            onClose={() => setReminding(false)}
          />
        )}
        {verb === 'move' && <MoveDialog task={task} onClose={() => setVerb(null)} />}
        {verb && verb !== 'move' && (
          <VerbDialog
            verb={verb}
            task={task}
            busy={act.isBusy}
            error={act.error}
            onClose={() => setVerb(null)}
            onConfirm={(input) => void act.verb({ verb, ...input }, t(`verb.${verb as 'hold'}.confirm`))}
          />
        )}
      </Suspense>
    </Box>
  );
}

/** Claiming goes before transferring: both say who has it. */
function keyOf(verb: TaskVerb, verbs: TaskVerb[]): string | undefined {
  return verb === 'transfer' && verbs.includes('claim') ? undefined : KEYS[verb];
}
