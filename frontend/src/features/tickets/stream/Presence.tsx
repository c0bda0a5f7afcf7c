import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Person } from '@/api/types';
import { Row } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { Tooltip } from '@/components/ui/Tooltip';
import type { Conversation } from '../conversation/useConversation';

/** Who is here and who is writing; a line of fixed height, so that the text below does not jump. */
export function Presence({ conversation, people }: { conversation: Conversation; people: Person[] }) {
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
        px: 2,
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
                marginInlineStart: -0.5,
                '&:first-of-type': { marginInlineStart: 0 },
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
