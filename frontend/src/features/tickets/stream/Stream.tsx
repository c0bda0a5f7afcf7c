import '@/i18n/ticket';
import { Box, Button, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { authorName, type Comment } from '@/api/comments';
import type { TicketDetail } from '@/api/tickets';
import type { Person } from '@/api/types';
import { Text } from '@/components/ui/layout';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { CommentItem } from '../conversation/CommentItem';
import { Composer } from '../conversation/Composer';
import type { Conversation } from '../conversation/useConversation';
import { EventLine } from './EventLine';
import { type Entry, FILTERS, type Filter } from './entries';
import { PendingItem } from './PendingItem';
import { Presence } from './Presence';
import { Request } from './Request';
import type { useStream } from './useStream';

interface Props {
  ticket: TicketDetail;
  conversation: Conversation;
  stream: ReturnType<typeof useStream>;
  /** Names for ids in typing notices. */
  people: Person[];
}

/** The request, and below it everything that was said and that happened, by time. */
export function Stream({ ticket, conversation, stream, people }: Props) {
  const { t } = useTranslation();
  const [replyTo, setReplyTo] = useState<number | null>(null);
  const { entries, filter, setFilter, firstUnread, reading } = stream;
  const { comments } = conversation;
  const byId = new Map(comments?.map((comment) => [comment.id, comment]));
  const isTalk = filter !== 'activity';
  const isSilent = comments?.length === 0 && conversation.pending.length === 0;

  const answerTo = (comment: Comment) => (
    <Box sx={{ mt: 1 }}>
      <Composer
        ticketNumber={ticket.ticket_number}
        place={`${ticket.ticket_number}.${comment.id}`}
        label={t('conversation.replyTo', { name: authorName(comment) ?? '' })}
        parentVisibility={comment.visibility}
        autoFocus
        onTyping={conversation.sayTyping}
        onCancel={() => setReplyTo(null)}
        onSend={(input) => {
          conversation.post({ ...input, parentId: comment.id });
          setReplyTo(null);
        }}
      />
    </Box>
  );
  const shown = (entry: Entry) => {
    if (entry.kind === 'event') return <EventLine event={entry.event} comment={entry.comment} />;
    const { comment } = entry;
    const isAnswer = comment.parent_id !== null;
    return (
      <CommentItem
        comment={comment}
        ticketNumber={ticket.ticket_number}
        repliesTo={isAnswer ? (byId.get(comment.parent_id as number) ?? null) : undefined}
        onReply={isAnswer ? undefined : () => setReplyTo(replyTo === comment.id ? null : comment.id)}
      >
        {replyTo === comment.id && answerTo(comment)}
      </CommentItem>
    );
  };

  return (
    <Box
      component="section"
      aria-label={t('stream.title')}
      sx={{ bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 2, minWidth: 0 }}
    >
      <Box sx={{ px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Filters filter={filter} onChange={setFilter} />
      </Box>
      {(filter === 'all' || filter === 'public') && <Request ticket={ticket} />}
      {stream.hasEarlier && (
        <Box sx={{ display: 'grid', justifyItems: 'center', py: 0.5 }}>
          <Button variant="text" loading={stream.isLoadingEarlier} onClick={stream.loadEarlier}>
            {t('stream.earlier')}
          </Button>
        </Box>
      )}
      {stream.isPending && <LoadingRows rows={4} height={56} />}
      {stream.failed.map(({ name, error, retry }) => (
        <ErrorState key={name} error={error} onRetry={retry} />
      ))}
      <Box role="log" aria-label={t('stream.title')} aria-live="polite">
        {entries.map((entry) => (
          <Box key={entry.key} sx={{ borderTop: entry.kind === 'comment' ? 1 : 0, borderColor: 'divider' }}>
            {entry.key === firstUnread && <UnreadMark mark={reading.unreadRef} />}
            {shown(entry)}
          </Box>
        ))}
        {isTalk &&
          conversation.pending
            .filter((each) => filter === 'all' || each.visibility === filter)
            .map((each) => <PendingItem key={each.clientId} pending={each} conversation={conversation} />)}
      </Box>
      {isTalk && isSilent && (
        <Box sx={{ px: 2, py: 1, borderTop: 1, borderColor: 'divider' }}>
          <Text variant="muted">{t('conversation.empty')}</Text>
        </Box>
      )}
      <Presence conversation={conversation} people={people} />
      {/* The bar at the foot of the window covers what is below it. */}
      <Box ref={reading.endRef} sx={{ height: '1px', scrollMarginBottom: '160px' }} />
    </Box>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={filter}
      onChange={(_event, next: Filter | null) => next && onChange(next)}
      aria-label={t('stream.filter')}
      sx={{
        flexWrap: 'wrap',
        gap: 0.75,
        '& .MuiToggleButton-root': {
          py: 0,
          px: 1.25,
          height: 28,
          m: 0,
          fontSize: '0.75rem',
          textTransform: 'none',
          border: 1,
          borderColor: 'divider',
          borderRadius: '14px',
        },
      }}
    >
      {FILTERS.map((each) => (
        <ToggleButton key={each} value={each}>
          {t(`stream.filters.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** Above what came since one was here. */
function UnreadMark({ mark }: { mark: RefObject<HTMLDivElement | null> }) {
  const { t } = useTranslation();
  return (
    <Box
      ref={mark}
      role="separator"
      aria-label={t('conversation.new')}
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        px: 2,
        height: 24,
        fontSize: '0.75rem',
        fontWeight: 620,
        color: 'tone.green.fg',
        // Below the bar at the head of the window.
        scrollMarginTop: '60px',
        '&::before, &::after': { content: '""', flex: 1, height: '1px', bgcolor: 'tone.green.solid' },
      }}
    >
      {t('conversation.new')}
    </Box>
  );
}
