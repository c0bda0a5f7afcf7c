import '@/i18n/cannedReplies';
import { Link } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Definitions } from '@/components/ui/Definitions';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PLACEHOLDER_NAMES } from '@/features/tickets/conversation/placeholders';

/** What can stand in a text for something of the ticket. */
export function Placeholders({ onInsert }: { onInsert?: (words: string) => void }) {
  const { t } = useTranslation();
  const item = (name: (typeof PLACEHOLDER_NAMES)[number]) => {
    const words = `{{${name}}}`;
    const label = onInsert ? (
      <Link
        component="button"
        type="button"
        onClick={() => onInsert(words)}
        sx={{ fontFamily: 'ui-monospace, monospace', fontSize: '0.8125rem' }}
      >
        {words}
      </Link>
    ) : (
      <code>{words}</code>
    );
    return { key: name, name: label, meaning: t(`canned.placeholder.${name}`) };
  };
  return (
    <Panel title={t('canned.placeholders')}>
      <Stack gap={1.25}>
        <Text variant="muted">
          {t('canned.placeholdersHint')} {onInsert && t('canned.placeholdersAdd')}
        </Text>
        <Definitions items={PLACEHOLDER_NAMES.map(item)} />
      </Stack>
    </Panel>
  );
}
