import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskDetail } from '@/api/tasks';
import type { TicketDetail } from '@/api/tickets';
import type { Person } from '@/api/types';
import { Page, Stack, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { EmptyState } from '@/components/ui/States';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { showToast } from '@/components/ui/toast';
import { useReadHere } from '@/features/notifications/useReadHere';
import { IconInfoCircle } from '@/lib/icons';
import { AssignmentCard } from './AssignmentCard';
import { useConversation } from './conversation/useConversation';
import { TicketFiles } from './files/TicketFiles';
import { RequesterCard } from './RequesterCard';
import { SlaCard } from './SlaCard';
import { JumpToNewest } from './stream/JumpToNewest';
import { Stream } from './stream/Stream';
import { useStream } from './stream/useStream';
import { StickyFoot, TalkComposer, TicketComposer } from './TicketComposer';
import { TicketFields } from './TicketFields';
import { useWalk } from './useWalk';
import { Walk } from './Walk';
import { WorkPanel } from './WorkPanel';

interface ViewProps {
  ticket: TicketDetail;
  task: TaskDetail | null;
  /** The right to read the ticket ended while it was open. */
  onLost: () => void;
}

export function TicketView({ ticket, task, onLost }: ViewProps) {
  const { t } = useTranslation();
  const conversation = useConversation(ticket.ticket_number);
  const { isLost } = conversation;
  useReadHere(ticket.ticket_number);
  useEffect(() => {
    if (isLost) onLost();
  }, [isLost, onLost]);
  const stream = useStream(ticket.ticket_number, task?.id ?? null, conversation);
  const walk = useWalk(ticket.ticket_number);
  const onDone = useCallback(
    async ({ isGivenAway, label }: { isGivenAway: boolean; label: string }) => {
      if (!isGivenAway || !(await walk?.go(1))) return;
      const number = ticket.ticket_number;
      showToast('success', t('walk.done', { number, act: label }), `/tickets/${number}`);
    },
    [walk, ticket.ticket_number, t],
  );
  const people = useMemo(
    () => [task?.assignee, task?.owner].filter((person): person is Person => Boolean(person)),
    [task],
  );

  return (
    <Page width={1560}>
      <PageHeader
        title={ticket.subject}
        breadcrumbs={[{ label: walk?.label ?? t('nav.inbox'), to: walk?.address ?? '/inbox' }]}
        here={ticket.ticket_number}
        actions={walk && <Walk walk={walk} />}
        beside={
          task && (
            <>
              <StatusBadge status={task.status} />
              <Text component="span" variant="muted">
                <PriorityMark priority={task.priority} withLabel />
              </Text>
            </>
          )
        }
      />
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 340px' },
        }}
      >
        <Stack gap={2}>
          {task ? (
            <WorkPanel task={task} events={stream.events} standing={stream.standing} onDone={onDone} />
          ) : (
            <Unmatched ticket={ticket} />
          )}
          <TicketFiles ticket={ticket} comments={conversation.comments}>
            <Stream ticket={ticket} conversation={conversation} stream={stream} people={people} />
          </TicketFiles>
          <StickyFoot>
            <JumpToNewest reading={stream.reading} />
            {task ? (
              <TicketComposer task={task} conversation={conversation} onDone={onDone} />
            ) : (
              <TalkComposer ticketNumber={ticket.ticket_number} conversation={conversation} />
            )}
          </StickyFoot>
        </Stack>
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            minWidth: 0,
            gridTemplateColumns: {
              xs: 'minmax(0, 1fr)',
              sm: 'repeat(2, minmax(0, 1fr))',
              lg: 'minmax(0, 1fr)',
            },
            alignItems: 'start',
          }}
        >
          {task && <SlaCard task={task} />}
          {task && <AssignmentCard task={task} />}
          <RequesterCard ticket={ticket} taskId={task?.id ?? null} />
          <TicketFields ticket={ticket} />
        </Box>
      </Box>
    </Page>
  );
}

function Unmatched({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation();
  return (
    <Panel>
      <EmptyState
        icon={<IconInfoCircle size={22} />}
        title={t('ticket.unmatched')}
        hint={t('ticket.unmatchedHint', { reason: ticket.unmatched_reason || ticket.intake_state })}
      />
    </Panel>
  );
}
