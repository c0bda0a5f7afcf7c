import '@/i18n/cannedReplies';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { useUser } from '@/context/SessionContext';
import { CommentText } from '@/features/tickets/conversation/CommentText';
import {
  filledIn,
  firstName,
  PLACEHOLDER_NAMES,
  type PlaceholderValues,
} from '@/features/tickets/conversation/placeholders';

/** The text as it would be inserted, for an example ticket. */
export function Preview({ text }: { text: string }) {
  const { t } = useTranslation();
  const user = useUser();
  const values = Object.fromEntries(
    PLACEHOLDER_NAMES.map((name) => {
      if (name === 'agent.name') return [name, user.full_name];
      if (name === 'agent.first_name') return [name, firstName(user.full_name)];
      return [name, t(`canned.example.${name}`)];
    }),
  ) as PlaceholderValues;
  return (
    <Panel title={t('canned.preview')}>
      <Stack gap={1}>
        <Text variant="muted">{t('canned.previewHint')}</Text>
        <Box
          sx={{
            p: 1.5,
            borderRadius: 2,
            bgcolor: 'surface.canvas',
            fontSize: '0.875rem',
            maxHeight: 320,
            overflowY: 'auto',
            color: text.trim() ? undefined : 'text.secondary',
          }}
          tabIndex={0}
          role="group"
          aria-label={t('canned.preview')}
        >
          {text.trim() ? <CommentText text={filledIn(text, values)} /> : t('canned.previewEmpty')}
        </Box>
      </Stack>
    </Panel>
  );
}
