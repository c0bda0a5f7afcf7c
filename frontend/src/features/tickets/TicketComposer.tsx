import '@/i18n/ticket';
import { Alert, Box } from '@mui/material';
import { Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AvailableTransition, TaskDetail, TaskVerb, WithComment } from '@/api/tasks';
import { makeClientId } from '@/lib/clientId';
import { type Command, useOfferCommands } from '@/lib/commands';
import { lazyPart } from '@/lib/loadCode';
import { Composer, type ComposerAct, type Words } from './conversation/Composer';
import type { Conversation } from './conversation/useConversation';
import { useDraft } from './conversation/useDraft';
import { type TaskActions, useTaskActions } from './useTaskActions';

const VerbDialog = lazyPart(() => import('./VerbDialog'), 'VerbDialog');
const ConfirmDialog = lazyPart(() => import('@/components/ui/ConfirmDialog'), 'ConfirmDialog');

const COMPOSER_ID = 'ticket-composer';

const VERBS = ['resume', 'hold', 'transfer', 'escalate'] as const;
type SpokenVerb = (typeof VERBS)[number];

interface Props {
  ticketNumber: string;
  conversation: Conversation;
  /** Acts that can go with the words; none on a ticket without a task. */
  acts?: ComposerAct[];
}

function Bar({ ticketNumber, conversation, acts }: Props) {
  const { t } = useTranslation();
  const { change } = useDraft(ticketNumber);
  const commands = useMemo<Command[]>(() => {
    const focus = () => document.getElementById(COMPOSER_ID)?.focus();
    return [
      {
        id: 'reply',
        group: 'ticket',
        label: t('conversation.writeReply'),
        keys: 'r',
        run: () => {
          change({ visibility: 'public' });
          focus();
        },
      },
      {
        id: 'note',
        group: 'ticket',
        label: t('conversation.writeNote'),
        keys: 'n',
        run: () => {
          change({ visibility: 'internal' });
          focus();
        },
      },
      { id: 'comment', group: 'ticket', label: t('conversation.write'), keys: 'c', run: focus },
    ];
  }, [t, change]);
  useOfferCommands(commands);
  return (
    <Composer
      ticketNumber={ticketNumber}
      place={ticketNumber}
      label={t('conversation.placeholder')}
      inputId={COMPOSER_ID}
      takesPageFiles
      acts={acts}
      onTyping={conversation.sayTyping}
      onSend={(words) => conversation.post({ ...words, parentId: null })}
    />
  );
}

type Asked = { kind: 'transition'; transition: AvailableTransition } | { kind: 'verb'; verb: 'transfer' };

/** The bar at the foot of a ticket: words, and an act with them in one call. */
export function TicketComposer({
  task,
  conversation,
  onDone,
}: {
  task: TaskDetail;
  conversation: Conversation;
  onDone: Parameters<typeof useTaskActions>[1];
}) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const answer = useRef<(given: { user_id?: number } | null) => void>(() => {});
  const actions = useTaskActions(task, onDone);
  const client = useClientIds();

  const acts = useMemo<ComposerAct[]>(() => {
    const ask = (question: Asked) =>
      new Promise<{ user_id?: number } | null>((resolve) => {
        answer.current = resolve;
        setAsked(question);
      }).finally(() => setAsked(null));
    const speak = async (
      words: Words,
      act: string,
      run: (said: { with_comment: WithComment }) => Promise<boolean>,
    ) => {
      const { text, visibility, mentions, uploads } = words;
      const client_id = client.idOf(`${act} ${JSON.stringify(words)}`);
      const said = { text, visibility, mentions, uploads: uploads.map((file) => file.id), client_id };
      const isDone = await run({ with_comment: said });
      if (isDone) conversation.expect({ ...words, parentId: null }, client_id);
      return isDone;
    };
    const transitions = task.available_transitions.map<ComposerAct>((transition) => ({
      id: `transition-${transition.id}`,
      label: transition.name,
      isForward: transition.outcome === 'forward' || transition.outcome === 'approve',
      run: async (words) => {
        // What can't be taken back is asked for once more.
        if (transition.outcome === 'reject' && !(await ask({ kind: 'transition', transition }))) return false;
        return speak(words, `transition-${transition.id}`, (said) => actions.perform(transition, said));
      },
    }));
    const verbs = VERBS.filter((verb) => task.available_actions.includes(verb)).map<ComposerAct>((verb) => ({
      id: `verb-${verb}`,
      label: t(`verb.${verb}.withWords`),
      isForward: false,
      run: async (words) => {
        const given = verb === 'transfer' ? await ask({ kind: 'verb', verb }) : {};
        if (!given) return false;
        return speak(words, verb, (said) =>
          doVerb(actions, verb, { ...said, ...given }, t(`verb.${verb}.confirm`)),
        );
      },
    }));
    const waits: ComposerAct = {
      id: 'verb-wait',
      label: t('hold.wait'),
      isForward: false,
      run: (words) =>
        speak(words, 'wait', (said) =>
          actions.verb(
            { verb: 'hold', ...said, reason_code: 'waiting_for_requester', until_answer: true },
            t('verb.hold.confirm'),
          ),
        ),
    };
    return [
      ...transitions.sort((a, b) => Number(b.isForward) - Number(a.isForward)),
      ...(task.available_actions.includes('hold') ? [waits] : []),
      ...verbs,
    ];
  }, [task.available_transitions, task.available_actions, actions, conversation.expect, client, t]);

  return (
    <>
      {actions.conflict && (
        <Alert severity="warning" onClose={actions.dismissConflict} sx={{ mb: 1 }}>
          {t('ticket.conflictKept', { detail: actions.conflict })}
        </Alert>
      )}
      <Bar ticketNumber={task.ticket_number} conversation={conversation} acts={acts} />
      <Suspense fallback={null}>
        {asked?.kind === 'transition' && (
          <ConfirmDialog
            open
            title={t('transition.confirmTitle', { name: asked.transition.name })}
            text={t('transition.confirmText')}
            confirm={asked.transition.name}
            busy={false}
            onClose={() => answer.current(null)}
            onConfirm={() => answer.current({})}
          />
        )}
        {asked?.kind === 'verb' && (
          <VerbDialog
            verb={asked.verb as TaskVerb}
            task={task}
            hasComment
            busy={false}
            error={null}
            onClose={() => answer.current(null)}
            onConfirm={({ user_id }) => answer.current({ user_id })}
          />
        )}
      </Suspense>
    </>
  );
}

/** Without a task there is nothing to do but to talk. */
export { Bar as TalkComposer };

function doVerb(
  actions: TaskActions,
  verb: SpokenVerb,
  given: { with_comment: WithComment; user_id?: number },
  label: string,
): Promise<boolean> {
  return actions.verb({ verb, ...given }, label);
}

/** The same words with the same act keep their id, so that a try after a lost answer does it once. */
function useClientIds() {
  const last = useRef<{ what: string; id: string } | null>(null);
  return useMemo(
    () => ({
      idOf: (what: string) => {
        if (last.current?.what !== what) last.current = { what, id: makeClientId() };
        return last.current.id;
      },
    }),
    [],
  );
}

/** Stays in reach at the foot of the window. */
export function StickyFoot({ children }: { children: React.ReactNode }) {
  return (
    <Box
      sx={{
        position: 'sticky',
        bottom: 0,
        zIndex: 5,
        bgcolor: 'surface.canvas',
        pt: 1,
        pb: { xs: 1, sm: 1.5 },
        mb: { xs: -2, sm: -2.5 },
      }}
    >
      {children}
    </Box>
  );
}
