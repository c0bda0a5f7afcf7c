import '@/i18n/ticket';
import { Box, Button, Link as MuiLink, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  type RequesterCard as Card,
  OPEN_STATUSES,
  type OtherTask,
  type OtherTasks,
  requesterQuery,
} from '@/api/tasks';
import type { TicketDetail } from '@/api/tickets';
import { Facts } from '@/components/ui/Facts';
import { List, Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { QueryState } from '@/components/ui/States';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';

const OPEN = OPEN_STATUSES.join();
/** What the search of the lists accepts. */
const MAX_SEARCH_CHARACTERS = 200;
const MAX_SEARCH_WORDS = 8;

/** Who asked, as the ticket says it. Their other tickets are asked for when somebody wants to see them. */
export function RequesterCard({ ticket, taskId }: { ticket: TicketDetail; taskId: number | null }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const othersId = useId();
  const { name = '', email = '' } = ticket.requester ?? {};
  const facts: [string, ReactNode][] = [
    [t('requester.name'), name],
    [t('requester.email'), email && <MuiLink href={mailto(email)}>{email}</MuiLink>],
    [t('field.department'), ticket.department],
  ];
  return (
    <Panel
      title={t('ticket.requester')}
      action={
        taskId !== null && (
          <Button
            variant="text"
            color="inherit"
            aria-expanded={shown}
            aria-controls={othersId}
            onClick={() => setShown(!shown)}
          >
            {t(shown ? 'requester.hide' : 'requester.show')}
          </Button>
        )
      }
    >
      <Facts facts={facts.filter(([, value]) => value)} />
      <Box id={othersId}>{shown && taskId !== null && <Others taskId={taskId} />}</Box>
    </Panel>
  );
}

function Others({ taskId }: { taskId: number }) {
  const { t } = useTranslation();
  const card = useQuery(requesterQuery(taskId));
  return (
    <Box sx={{ mt: 1.5, pt: 1.5, borderTop: 1, borderColor: 'divider' }}>
      <QueryState query={card} rows={3} />
      {card.data && (
        <Stack gap={2}>
          {card.data.open.count + card.data.closed.count === 0 && (
            <Text variant="muted" role="status">
              {t(isKnown(card.data) ? 'requester.none' : 'requester.unknown')}
            </Text>
          )}
          <Tickets
            title={t('requester.open', { count: card.data.open.count })}
            tickets={card.data.open}
            search={searchAddress('/inbox', { view: 'all', status: OPEN }, card.data.requester.name)}
            searchLabel={t('requester.searchInbox', { name: card.data.requester.name })}
          />
          <Tickets
            title={t('requester.closed', { count: card.data.closed.count })}
            tickets={card.data.closed}
            search={searchAddress('/archive', {}, card.data.requester.name)}
            searchLabel={t('requester.searchArchive', { name: card.data.requester.name })}
          />
        </Stack>
      )}
    </Box>
  );
}

/** Their other tickets are found by their ID or address at the source; one without both can't be told from others. */
function isKnown({ requester }: Card): boolean {
  return requester.id !== '' || requester.email !== '';
}

/** The source writes the address: no character of it may begin a subject or a text of the mail. */
function mailto(email: string): string {
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}`;
}

/**
 * The address of a list searched by a name, or null where the search would refuse it. The search also finds other
 * people of that name and subjects with these words, so its link says what is searched for and promises no number.
 */
function searchAddress(page: string, narrowed: Record<string, string>, name: string): string | null {
  const words = name.split(/[\s,]+/).filter(Boolean);
  if (words.length === 0 || words.length > MAX_SEARCH_WORDS || name.length > MAX_SEARCH_CHARACTERS)
    return null;
  return `${page}?${new URLSearchParams({ ...narrowed, search: name })}`;
}

interface TicketsProps {
  title: string;
  tickets: OtherTasks;
  search: string | null;
  searchLabel: string;
}

function Tickets({ title, tickets, search, searchLabel }: TicketsProps) {
  const { t } = useTranslation();
  const headingId = useId();
  const more = tickets.count - tickets.tasks.length;
  if (tickets.count === 0) return null;
  return (
    <Box>
      <Typography variant="label" component="h3" id={headingId}>
        {title}
      </Typography>
      <List aria-labelledby={headingId}>
        {tickets.tasks.map((task) => (
          <Ticket key={task.id} task={task} />
        ))}
      </List>
      {more > 0 && (
        <Text variant="hint" mt={0.5}>
          {t('requester.more', { count: more })}
          {search && (
            <>
              {' · '}
              <MuiLink component={Link} to={search}>
                {searchLabel}
              </MuiLink>
            </>
          )}
        </Text>
      )}
    </Box>
  );
}

function Ticket({ task }: { task: OtherTask }) {
  const { t } = useTranslation();
  const now = useNow();
  const moment = task.closed_at ?? task.created_at;
  return (
    <Box
      component="li"
      sx={{ py: 1, fontSize: '0.8125rem', '& + &': { borderTop: 1, borderColor: 'divider' } }}
    >
      <Row gap={1} align="center" justify="space-between">
        <MuiLink
          component={Link}
          to={`/tickets/${task.ticket_number}`}
          sx={{ fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}
        >
          {task.ticket_number}
        </MuiLink>
        <StatusBadge status={task.status} />
      </Row>
      <Box dir="auto" sx={{ overflowWrap: 'anywhere' }}>
        {task.subject}
      </Box>
      <Text variant="hint">
        {(task.assignee || !task.closed_at) && <>{task.assignee?.full_name ?? t('field.nobody')} · </>}
        <time dateTime={moment} title={formatDateTime(moment)}>
          {t(task.closed_at ? 'requester.closedAt' : 'requester.openedAt', {
            when: formatRelative(moment, now),
          })}
        </time>
      </Text>
    </Box>
  );
}
