import '@/i18n/ticket';
import { Box, Button, IconButton, Link as MuiLink } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  authorName,
  type Comment,
  commentsKey,
  deleteComment,
  editComment,
  type Rating,
  rateComment,
  type Talk,
} from '@/api/comments';
import { toProblem } from '@/api/problem';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { Grow, Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { Tooltip } from '@/components/ui/Tooltip';
import { showToast } from '@/components/ui/toast';
import { isAdmin, useUser } from '@/context/SessionContext';
import {
  IconArrowBackUp,
  IconEdit,
  IconLock,
  IconThumbDown,
  IconThumbUp,
  IconTrash,
  IconUsers,
} from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { Files } from '../files/Files';
import { filesOfComment } from '../files/shownFile';
import { CommentText } from './CommentText';
import { Composer } from './Composer';
import { HistoryDialog } from './HistoryDialog';
import { usePlainWords } from './PlainWords';
import { useDraft } from './useDraft';

interface Props {
  comment: Comment;
  ticketNumber: string;
  /** What it answers; null where that is not loaded. */
  repliesTo?: Comment | null;
  onReply?: () => void;
  children?: ReactNode;
}

export function CommentItem({ comment, ticketNumber, repliesTo, onReply, children }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const now = useNow();
  const edit = useEditDraft(comment);
  const { isOpen: editing } = edit;
  const [deleting, setDeleting] = useState(false);
  const [history, setHistory] = useState(false);
  const actions = useCommentActions(ticketNumber);
  const mine = comment.author?.user_id === user.user_id;
  const deleted = comment.deleted_at !== null;
  const isPublic = comment.visibility === 'public';

  return (
    <Box
      component="article"
      sx={{
        display: 'flex',
        gap: 1.25,
        px: 2,
        py: 1.25,
        scrollMarginTop: '60px',
        ...(!isPublic && { bgcolor: 'surface.note' }),
      }}
      data-comment={comment.id}
    >
      {comment.author && <PersonAvatar person={comment.author} size={28} />}
      <Grow>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, minHeight: 28 }}>
          <Box component="span" sx={{ fontSize: '0.8125rem', fontWeight: 620 }}>
            {authorName(comment) ?? t('conversation.gone')}
          </Box>
          {comment.outside_author && (
            <Text component="span" variant="hint">
              {t('conversation.outside')}
            </Text>
          )}
          <Text
            component="time"
            dateTime={comment.created_at}
            title={formatDateTime(comment.created_at)}
            variant="hint"
          >
            {formatRelative(comment.created_at, now)}
          </Text>
          {comment.edited_at && !deleted && (
            <Edited comment={comment} onOpen={mine || isAdmin(user) ? () => setHistory(true) : undefined} />
          )}
          <Box
            component="span"
            title={isPublic ? t('conversation.publicHint') : t('conversation.internalHint')}
            sx={{
              display: 'inline-flex',
              alignItems: 'center',
              gap: 0.375,
              fontSize: '0.75rem',
              color: isPublic ? 'tone.blue.fg' : 'tone.amber.fg',
            }}
          >
            {isPublic ? <IconUsers size={12} aria-hidden /> : <IconLock size={12} aria-hidden />}
            {t(isPublic ? 'conversation.public' : 'conversation.internal')}
          </Box>
        </Box>
        {repliesTo !== undefined && <RepliesTo comment={repliesTo} />}
        {deleted ? (
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', fontStyle: 'italic' }}>
            {t('conversation.deleted')}
          </Box>
        ) : editing ? (
          <Composer
            ticketNumber={ticketNumber}
            place={edit.place}
            label={t('conversation.editLabel')}
            parentVisibility={comment.visibility}
            start={edit.start}
            submitLabel={t('action.save')}
            autoFocus
            isBusy={actions.edit.isPending}
            onCancel={edit.close}
            onSend={({ text, mentions }) =>
              actions.edit.mutate({ comment, text, mentions }, { onSuccess: edit.close })
            }
          />
        ) : (
          <Box sx={{ fontSize: '0.875rem' }}>
            <CommentText text={comment.text} mentions={comment.mentions} />
          </Box>
        )}
        {!deleted && comment.attachments.length > 0 && <Files files={filesOfComment(comment)} />}
        {!deleted && !editing && (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.25, mt: 0.375, marginInlineStart: -0.75 }}>
            <RateButton comment={comment} value="up" disabled={mine} onRate={actions.rate.mutate} />
            <RateButton comment={comment} value="down" disabled={mine} onRate={actions.rate.mutate} />
            {onReply && (
              <Button
                variant="text"
                color="inherit"
                startIcon={<IconArrowBackUp size={14} />}
                onClick={onReply}
                sx={{ minHeight: 26, py: 0, px: 0.75, fontSize: '0.75rem' }}
              >
                {t('conversation.reply')}
              </Button>
            )}
            {mine && (
              <Tooltip title={t('action.edit')}>
                <IconButton
                  aria-label={t('action.edit')}
                  onClick={edit.open}
                  sx={{ minWidth: 26, minHeight: 26 }}
                >
                  <IconEdit size={14} />
                </IconButton>
              </Tooltip>
            )}
            {(mine || isAdmin(user)) && (
              <Tooltip title={t('action.delete')}>
                <IconButton
                  aria-label={t('action.delete')}
                  onClick={() => setDeleting(true)}
                  sx={{ minWidth: 26, minHeight: 26 }}
                >
                  <IconTrash size={14} />
                </IconButton>
              </Tooltip>
            )}
          </Box>
        )}
        {children}
      </Grow>
      {history && <HistoryDialog comment={comment} onClose={() => setHistory(false)} />}
      <ConfirmDialog
        open={deleting}
        title={t('conversation.deleteTitle')}
        text={t('conversation.deleteText')}
        confirm={t('action.delete')}
        busy={actions.remove.isPending}
        onClose={() => setDeleting(false)}
        onConfirm={() => actions.remove.mutate(comment, { onSettled: () => setDeleting(false) })}
      />
    </Box>
  );
}

/** Whose words it answers, and the way to them. */
function RepliesTo({ comment }: { comment: Comment | null }) {
  const { t } = useTranslation();
  const words = usePlainWords(comment?.text ?? '');
  if (!comment) return <Text variant="hint">{t('conversation.isReply')}</Text>;
  const names = comment.attachments.map((file) => file.file_name).join(', ');
  return (
    <MuiLink
      component="button"
      type="button"
      onClick={() =>
        document.querySelector(`[data-comment="${comment.id}"]`)?.scrollIntoView({ block: 'center' })
      }
      sx={{
        display: 'block',
        maxWidth: '100%',
        minHeight: 24,
        fontSize: '0.75rem',
        color: 'text.secondary',
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {t('conversation.inReplyTo', {
        name: authorName(comment) ?? t('conversation.gone'),
        words: comment.deleted_at ? t('conversation.deleted') : (words || names).slice(0, 120),
      })}
    </MuiLink>
  );
}

/** The author and administrators may read what it said before. */
function Edited({ comment, onOpen }: { comment: Comment; onOpen?: () => void }) {
  const { t } = useTranslation();
  const when = comment.edited_at ? formatDateTime(comment.edited_at) : '';
  if (!onOpen) {
    return (
      <Text component="span" title={when} variant="hint">
        {t('conversation.edited')}
      </Text>
    );
  }
  return (
    <MuiLink
      component="button"
      type="button"
      title={when}
      onClick={onOpen}
      sx={{ fontSize: '0.75rem', color: 'text.secondary', minHeight: 24 }}
    >
      {t('conversation.edited')}
    </MuiLink>
  );
}

function useCommentActions(ticketNumber: string) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: commentsKey(ticketNumber) });
  const explain = (error: unknown) => {
    showToast('error', toProblem(error).message || t('problem.server.hint'));
  };
  const edit = useMutation({
    mutationFn: (input: { comment: Comment; text: string; mentions: number[] }) =>
      editComment(input.comment.id, input.text, input.mentions),
    onError: explain,
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (comment: Comment) => deleteComment(comment.id),
    onError: explain,
    onSettled: refresh,
  });
  const rate = useMutation({
    mutationFn: (input: { comment: Comment; value: Rating | null }) =>
      rateComment(input.comment.id, input.value),
    onMutate: ({ comment, value }) => {
      queryClient.setQueryData<Talk>(
        commentsKey(ticketNumber),
        (known) =>
          known && {
            ...known,
            comments: known.comments.map((each) =>
              each.id === comment.id ? { ...each, rating: withRating(each.rating, value) } : each,
            ),
          },
      );
    },
    onError: explain,
    onSettled: refresh,
  });
  return { edit, remove, rate };
}

function withRating(rating: Comment['rating'], value: Rating | null): Comment['rating'] {
  const without = {
    up: rating.up - (rating.mine === 'up' ? 1 : 0),
    down: rating.down - (rating.mine === 'down' ? 1 : 0),
  };
  return {
    up: without.up + (value === 'up' ? 1 : 0),
    down: without.down + (value === 'down' ? 1 : 0),
    mine: value,
  };
}

interface RateProps {
  comment: Comment;
  value: Rating;
  disabled: boolean;
  onRate: (input: { comment: Comment; value: Rating | null }) => void;
}

function RateButton({ comment, value, disabled, onRate }: RateProps) {
  const { t } = useTranslation();
  const count = value === 'up' ? comment.rating.up : comment.rating.down;
  const chosen = comment.rating.mine === value;
  const Icon = value === 'up' ? IconThumbUp : IconThumbDown;
  if (disabled && count === 0) return null;
  return (
    <Button
      variant="text"
      color="inherit"
      disabled={disabled}
      aria-pressed={chosen}
      aria-label={t(value === 'up' ? 'conversation.helpful' : 'conversation.notHelpful', { count })}
      onClick={() => onRate({ comment, value: chosen ? null : value })}
      sx={{
        minWidth: 26,
        minHeight: 26,
        py: 0,
        px: 0.75,
        fontSize: '0.75rem',
        gap: 0.5,
        ...(chosen && { color: 'primary.main' }),
      }}
    >
      <Icon size={14} aria-hidden />
      {count > 0 && count}
    </Button>
  );
}

/** What an own comment is being changed to: kept over reloads, like a new one, and shared by all tabs. */
function useEditDraft(comment: Comment) {
  const place = `edit-${comment.id}`;
  const { isKept, forget } = useDraft(place);
  const [isOpened, setOpened] = useState(false);
  return {
    place,
    start: {
      text: comment.text,
      picked: Object.fromEntries(comment.mentions.map((person) => [person.full_name, person.user_id])),
    },
    isOpen: isOpened || isKept,
    open: () => setOpened(true),
    close: () => {
      forget();
      setOpened(false);
    },
  };
}
