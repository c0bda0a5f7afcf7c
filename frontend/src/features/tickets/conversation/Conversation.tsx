import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { authorName } from '@/api/comments';
import type { Person } from '@/api/types';
import { Grow, Row, Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { useUser } from '@/context/SessionContext';
import { IconMessageCircle, IconRefresh } from '@/lib/icons';
import { CommentItem } from './CommentItem';
import { Composer } from './Composer';
import { toThreads } from './conversationLog';
import type { Pending } from './outbox';
import type { Conversation as ConversationState } from './useConversation';

interface Props {
  ticketNumber: string;
  conversation: ConversationState;
  /** Names for ids in typing notices. */
  people: Person[];
  /** What this person has not read yet. */
  unread: ReadonlySet<number>;
}

export const COMPOSER_ID = 'ticket-composer';

export function Conversation({ ticketNumber, conversation, people, unread }: Props) {
  const { t } = useTranslation();
  const [replyTo, setReplyTo] = useState<number | null>(null);
  const { comments, pending } = conversation;
  const threads = useMemo(() => toThreads(comments ?? []), [comments]);

  return (
    <Box>
      {conversation.isPending && <LoadingRows rows={4} height={56} />}
      {comments === undefined && conversation.error ? (
        <ErrorState error={conversation.error} onRetry={conversation.refetch} />
      ) : null}
      {comments && comments.length === 0 && pending.length === 0 && (
        <EmptyState
          icon={<IconMessageCircle size={22} />}
          title={t('conversation.empty')}
          hint={t('conversation.emptyHint')}
        />
      )}
      <Box role="log" aria-label={t('conversation.title')} aria-live="polite">
        {threads.map(({ comment, replies }) => (
          <Box key={comment.id} sx={{ borderBottom: 1, borderColor: 'divider' }}>
            <CommentItem
              comment={comment}
              ticketNumber={ticketNumber}
              isNew={unread.has(comment.id)}
              onReply={() => setReplyTo(replyTo === comment.id ? null : comment.id)}
            >
              {(replies.length > 0 || pending.some((each) => each.parentId === comment.id)) && (
                <Box sx={{ mt: 0.5, pl: 1.5, borderLeft: 2, borderColor: 'divider' }}>
                  {replies.map((reply) => (
                    <CommentItem
                      key={reply.id}
                      comment={reply}
                      ticketNumber={ticketNumber}
                      isNew={unread.has(reply.id)}
                    />
                  ))}
                  {pending
                    .filter((each) => each.parentId === comment.id)
                    .map((each) => (
                      <PendingItem key={each.clientId} pending={each} conversation={conversation} />
                    ))}
                </Box>
              )}
              {replyTo === comment.id && (
                <Box sx={{ mt: 1 }}>
                  <Composer
                    ticketNumber={ticketNumber}
                    place={`${ticketNumber}.${comment.id}`}
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
              )}
            </CommentItem>
          </Box>
        ))}
        {pending
          .filter((each) => each.parentId === null)
          .map((each) => (
            <PendingItem key={each.clientId} pending={each} conversation={conversation} />
          ))}
      </Box>
      <Presence conversation={conversation} people={people} />
    </Box>
  );
}

function PendingItem({ pending, conversation }: { pending: Pending; conversation: ConversationState }) {
  const { t } = useTranslation();
  const user = useUser();
  return (
    <Box component="article" sx={{ display: 'flex', gap: 1.25, py: 1.25 }} data-pending>
      <PersonAvatar person={user} size={28} />
      <Grow>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 28 }}>
          <Box component="span" sx={{ fontSize: '0.8125rem', fontWeight: 620 }}>
            {user.full_name}
          </Box>
          {pending.failure === null && (
            <Text component="span" variant="hint">
              {t('conversation.sending')}
            </Text>
          )}
        </Box>
        <Box sx={{ fontSize: '0.875rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', opacity: 0.7 }}>
          {pending.text}
        </Box>
        {pending.failure !== null && (
          <Box
            role="alert"
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              gap: 1,
              mt: 0.5,
              fontSize: '0.75rem',
              color: pending.failure.waits ? 'warning.main' : 'error.main',
            }}
          >
            {t(pending.failure.waits ? 'conversation.waits' : 'conversation.notSent', {
              reason: pending.failure.reason,
            })}
            <Button
              variant="outlined"
              startIcon={<IconRefresh size={14} />}
              onClick={() => conversation.retry(pending.clientId)}
              sx={{ minHeight: 26, py: 0 }}
            >
              {t('action.retry')}
            </Button>
            <Button
              variant="text"
              color="inherit"
              onClick={() => conversation.discard(pending.clientId)}
              sx={{ minHeight: 26, py: 0 }}
            >
              {t('conversation.discard')}
            </Button>
          </Box>
        )}
      </Grow>
    </Box>
  );
}

/** Who is here and who is writing; a line of fixed height, so that the text below does not jump. */
function Presence({ conversation, people }: { conversation: ConversationState; people: Person[] }) {
  const { t } = useTranslation();
  const known = [...conversation.present, ...people];
  const writers = conversation.typing
    .map((userId) => known.find((person) => person.user_id === userId)?.full_name)
    .filter((name): name is string => name !== undefined);
  const connection =
    conversation.state === 'waiting'
      ? t('conversation.reconnecting')
      : conversation.state === 'refused'
        ? t('conversation.refused')
        : null;
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        minHeight: 34,
        fontSize: '0.75rem',
        color: 'text.secondary',
      }}
    >
      <Row nowrap aria-hidden>
        {conversation.present.slice(0, 5).map((person) => (
          <Tooltip key={person.user_id} title={person.full_name}>
            <Box
              component="span"
              sx={{
                ml: -0.5,
                '&:first-of-type': { ml: 0 },
                display: 'flex',
                borderRadius: '50%',
                boxShadow: '0 0 0 2px var(--tts-palette-background-paper)',
              }}
            >
              <PersonAvatar person={person} size={20} />
            </Box>
          </Tooltip>
        ))}
      </Row>
      <Box role="status">
        {connection ??
          (writers.length > 0
            ? t('conversation.typing', { names: writers.join(', '), count: writers.length })
            : conversation.present.length > 0
              ? t('conversation.here', {
                  names: conversation.present.map((person) => person.full_name).join(', '),
                })
              : '')}
      </Box>
    </Box>
  );
}
