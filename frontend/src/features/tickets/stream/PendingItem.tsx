import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Grow, Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { useUser } from '@/context/SessionContext';
import { IconRefresh } from '@/lib/icons';
import { CommentText } from '../conversation/CommentText';
import type { Pending } from '../conversation/outbox';
import type { Conversation } from '../conversation/useConversation';

/** Own words that the server has not confirmed yet. */
export function PendingItem({ pending, conversation }: { pending: Pending; conversation: Conversation }) {
  const { t } = useTranslation();
  const user = useUser();
  return (
    <Box
      component="article"
      sx={{
        display: 'flex',
        gap: 1.25,
        px: 2,
        py: 1.25,
        ...(pending.visibility === 'internal' && { bgcolor: 'surface.note' }),
      }}
      data-pending
    >
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
        <Box sx={{ fontSize: '0.875rem', color: 'text.secondary' }}>
          <CommentText text={pending.text} />
          {pending.uploads.map((file) => (
            <Text key={file.id} variant="hint">
              {file.file_name}
            </Text>
          ))}
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
