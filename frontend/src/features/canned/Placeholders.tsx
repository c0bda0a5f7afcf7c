import '@/i18n/cannedReplies';
import { Box, Link } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PLACEHOLDER_NAMES } from '@/features/tickets/conversation/placeholders';

/** What can stand in a text for something of the ticket. */
export function Placeholders({ onInsert }: { onInsert?: (words: string) => void }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('canned.placeholders')}>
      <Stack gap={1.25}>
        <Text variant="muted">
          {t('canned.placeholdersHint')} {onInsert && t('canned.placeholdersAdd')}
        </Text>
        <Box
          component="dl"
          sx={{
            m: 0,
            display: 'grid',
            gridTemplateColumns: 'max-content minmax(0, 1fr)',
            columnGap: 2,
            rowGap: 0.75,
            fontSize: '0.8125rem',
            '& dd': { m: 0, color: 'text.secondary' },
          }}
        >
          {PLACEHOLDER_NAMES.map((name) => {
            const words = `{{${name}}}`;
            return (
              <Box key={name} sx={{ display: 'contents' }}>
                <dt>
                  {onInsert ? (
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
                  )}
                </dt>
                <dd>{t(`canned.placeholder.${name}`)}</dd>
              </Box>
            );
          })}
        </Box>
      </Stack>
    </Panel>
  );
}
