import '@/i18n/ticket';
import { Box, Tab, Tabs } from '@mui/material';
import { useCallback, useEffect, useMemo, useState } from 'react';
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
import { Conversation } from './conversation/Conversation';
import { useConversation } from './conversation/useConversation';
import { useUnread } from './conversation/useUnread';
import { Description } from './Description';
import { SlaCard } from './SlaCard';
import { StickyFoot, TalkComposer, TicketComposer } from './TicketComposer';
import { TicketFields } from './TicketFields';
import { Timeline } from './Timeline';
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
  const [tab, setTab] = useState<'conversation' | 'timeline'>('conversation');
  const unread = useUnread(ticket.ticket_number, conversation.comments, tab === 'conversation');
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
  const count = conversation.comments?.filter((comment) => comment.deleted_at === null).length ?? 0;

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
          {ticket.description && <Description text={ticket.description} />}
          {task ? <WorkPanel task={task} onDone={onDone} /> : <Unmatched ticket={ticket} />}
          <Box
            sx={{
              bgcolor: 'background.paper',
              border: 1,
              borderColor: 'divider',
              borderRadius: 2,
              px: 2,
              pb: 2,
            }}
          >
            <Tabs
              value={tab}
              onChange={(_event, next) => setTab(next)}
              aria-label={t('ticket.sections')}
              sx={{ borderBottom: 1, borderColor: 'divider', mb: 0.5 }}
            >
              <Tab
                value="conversation"
                label={count > 0 ? t('conversation.titleCount', { count }) : t('conversation.title')}
              />
              {task && <Tab value="timeline" label={t('timeline.title')} />}
            </Tabs>
            <Box hidden={tab !== 'conversation'}>
              <Conversation
                ticketNumber={ticket.ticket_number}
                conversation={conversation}
                people={people}
                unread={unread}
              />
            </Box>
            {task && tab === 'timeline' && (
              <Timeline taskId={task.id} comments={conversation.comments ?? []} />
            )}
          </Box>
          <StickyFoot>
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
