import { Box, Button, Tab, Tabs } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { commentsKey } from '@/api/comments';
import { toProblem } from '@/api/problem';
import { type TaskDetail, taskGraphQuery, taskKeys, taskQuery } from '@/api/tasks';
import { type TicketDetail, ticketKeys, ticketQuery } from '@/api/tickets';
import type { Person } from '@/api/types';
import type { Graph } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { Page, Row, Stack, Text } from '@/components/ui/layout';
import { PageHeader, useDocumentTitle } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { EmptyState, ErrorState, LoadingRows, PageLoading } from '@/components/ui/States';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { ActionBar } from '@/features/tickets/ActionBar';
import { AssignmentCard } from '@/features/tickets/AssignmentCard';
import { Conversation } from '@/features/tickets/conversation/Conversation';
import { useConversation } from '@/features/tickets/conversation/useConversation';
import { useUnread } from '@/features/tickets/conversation/useUnread';
import { Description } from '@/features/tickets/Description';
import { SlaCard } from '@/features/tickets/SlaCard';
import { TicketFields } from '@/features/tickets/TicketFields';
import { Timeline } from '@/features/tickets/Timeline';
import { IconInfoCircle, IconLock } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';

export function TicketPage() {
  const { number = '' } = useParams();
  // A new ticket is a new page: no draft, tab or dialog carries over.
  return <OneTicket key={number} number={number} />;
}

const HandoffNote = lazyPart(() => import('@/features/tickets/HandoffNote'), 'HandoffNote');

function OneTicket({ number }: { number: string }) {
  const queryClient = useQueryClient();
  const [isLost, setLost] = useState(false);
  const ticket = useQuery({ ...ticketQuery(number), enabled: !isLost });
  const taskId = ticket.data?.task?.id;
  const task = useQuery({ ...taskQuery(taskId ?? 0), enabled: taskId !== undefined && !isLost });

  // Somebody may lose the right to read it while it is open: the conversation is closed, or an answer refuses.
  const isTakenBack = [ticket, task].some((query) => query.data !== undefined && isRefusal(query.error));
  const lose = useCallback(() => setLost(true), []);
  useEffect(() => {
    if (isTakenBack) lose();
  }, [isTakenBack, lose]);
  useEffect(() => {
    if (!isLost) return;
    // After the page below has gone: nothing of the ticket stays in memory, and no list offers it.
    queryClient.removeQueries({ queryKey: ticketKeys.one(number) });
    queryClient.removeQueries({ queryKey: commentsKey(number) });
    if (taskId !== undefined) queryClient.removeQueries({ queryKey: taskKeys.parts(taskId) });
    void queryClient.invalidateQueries({ queryKey: taskKeys.lists });
    void queryClient.invalidateQueries({ queryKey: taskKeys.counts });
  }, [isLost, number, taskId, queryClient]);

  if (isLost) return <Lost number={number} onRetry={() => setLost(false)} />;
  if (ticket.isPending || (taskId !== undefined && task.isPending)) return <PageLoading />;
  if (ticket.isError) return <ErrorState error={ticket.error} onRetry={() => ticket.refetch()} />;
  if (task.isError) return <ErrorState error={task.error} onRetry={() => task.refetch()} />;
  return <TicketView ticket={ticket.data} task={task.data ?? null} onLost={lose} />;
}

function isRefusal(error: unknown): boolean {
  return error !== null && [403, 404].includes(toProblem(error).status);
}

function Lost({ number, onRetry }: { number: string; onRetry: () => void }) {
  const { t } = useTranslation();
  useDocumentTitle(number);
  return (
    <Box role="alert">
      <EmptyState
        icon={<IconLock size={22} />}
        title={t('ticket.lost', { number })}
        hint={t('ticket.lostHint')}
        action={
          <Row gap={1} justify="center">
            <Button variant="contained" component={Link} to="/inbox">
              {t('ticket.toInbox')}
            </Button>
            <Button variant="outlined" onClick={onRetry}>
              {t('action.retry')}
            </Button>
          </Row>
        }
      />
    </Box>
  );
}

interface ViewProps {
  ticket: TicketDetail;
  task: TaskDetail | null;
  /** The right to read the ticket ended while it was open. */
  onLost: () => void;
}

function TicketView({ ticket, task, onLost }: ViewProps) {
  const { t } = useTranslation();
  const conversation = useConversation(ticket.ticket_number);
  const { isLost } = conversation;
  useEffect(() => {
    if (isLost) onLost();
  }, [isLost, onLost]);
  const [tab, setTab] = useState<'conversation' | 'timeline'>('conversation');
  const unread = useUnread(ticket.ticket_number, conversation.comments, tab === 'conversation');
  const people = useMemo(
    () => [task?.assignee, task?.owner].filter((person): person is Person => Boolean(person)),
    [task],
  );
  const count = conversation.comments?.filter((comment) => comment.deleted_at === null).length ?? 0;

  return (
    <Page width={1560}>
      <PageHeader
        title={ticket.subject}
        breadcrumbs={[{ label: t('nav.inbox'), to: '/inbox' }]}
        here={ticket.ticket_number}
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
          {task ? <WorkPanel task={task} /> : <Unmatched ticket={ticket} />}
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

function WorkPanel({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const graph = useQuery(taskGraphQuery(task.id));
  // The picture names who has the current step, as it names who did the earlier ones.
  const drawn = useMemo<Graph | undefined>(
    () =>
      graph.data && {
        ...graph.data,
        steps: graph.data.steps.map((step) =>
          step.state === 'current' ? { ...step, performer: task.assignee } : step,
        ),
      },
    [graph.data, task.assignee],
  );
  return (
    <Panel
      flush
      title={
        <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1 }}>
          {task.workflow.name}
          <Box component="span" sx={{ color: 'text.secondary', fontWeight: 450 }}>
            {t('ticket.version', { version: task.workflow_version })}
          </Box>
        </Box>
      }
    >
      <Box sx={{ px: 1, py: 0.5, borderBottom: 1, borderColor: 'divider' }}>
        {graph.isPending && <LoadingRows rows={3} height={60} />}
        {graph.isError && <ErrorState error={graph.error} onRetry={() => graph.refetch()} />}
        {drawn && (
          <LazyWorkflowGraph
            graph={drawn}
            label={t('graph.ofTicket', { name: task.workflow.name })}
            height={210}
          />
        )}
      </Box>
      <Box sx={{ px: 2, py: 1.5 }}>
        {task.instruction && task.current_step && (
          <Box
            sx={{
              display: 'flex',
              gap: 1,
              fontSize: '0.8125rem',
              color: 'text.secondary',
              mb: 1.5,
              '& svg': { flexShrink: 0, mt: 0.25 },
            }}
          >
            <IconInfoCircle size={16} aria-hidden />
            <Box>
              <Box component="span" sx={{ fontWeight: 600, color: 'text.primary' }}>
                {task.current_step.name}.
              </Box>{' '}
              {task.instruction}
            </Box>
          </Box>
        )}
        <StateNotes task={task} />
        <ActionBar task={task} />
      </Box>
    </Panel>
  );
}

/** What has been voted so far, and where a hand-off stands. */
function StateNotes({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const { approval, handoff } = task;
  return (
    <>
      {approval && (approval.required > 1 || approval.votes.length > 0) && (
        <Text variant="muted" mb={1.5}>
          {t(approval.mode === 'percent' ? 'ticket.votesPercent' : 'ticket.votes', {
            given: approval.votes.filter((vote) => vote.outcome === 'approve').length,
            required: approval.required,
          })}
          {approval.votes.map((vote) => (
            <Box key={vote.person.user_id}>
              {vote.person.full_name}: {t(`outcome.${vote.outcome}`)}
            </Box>
          ))}
        </Text>
      )}
      {handoff && (
        <Suspense fallback={null}>
          <HandoffNote task={task} handoff={handoff} />
        </Suspense>
      )}
    </>
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
