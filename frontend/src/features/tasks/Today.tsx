import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { taskCountQuery } from '@/api/tasks';
import { Panel } from '@/components/ui/Panel';
import { useNow } from '@/lib/useNow';
import { dayOf, momentOf } from '@/lib/zoned';

/** How the day goes so far, over all that this person may see. */
export function Today() {
  const { t } = useTranslation();
  const since = momentOf(dayOf(useNow()));
  const arrived = useQuery(taskCountQuery('all', { created_after: since }));
  const finished = useQuery(taskCountQuery('done', { closed_after: since }));
  const numbers = [
    {
      label: t('home.created'),
      query: arrived,
      to: `/inbox?view=all&ordering=-created_at&created_after=${encodeURIComponent(since)}`,
    },
    {
      label: t('home.closed'),
      query: finished,
      to: `/inbox?view=done&ordering=-updated_at&closed_after=${encodeURIComponent(since)}`,
    },
  ];
  return (
    <Panel title={t('home.today')}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}>
        {numbers.map(({ label, query, to }) => (
          <Box
            key={label}
            component={Link}
            to={to}
            sx={{
              color: 'text.primary',
              textDecoration: 'none',
              '&:hover span': { textDecoration: 'underline' },
            }}
          >
            <Box component="span" sx={{ display: 'block', fontSize: '0.75rem', color: 'text.secondary' }}>
              {label}
            </Box>
            <Box
              component="strong"
              sx={{ fontSize: '1.25rem', fontWeight: 640, fontVariantNumeric: 'tabular-nums' }}
            >
              {query.isError ? '–' : (query.data ?? '…')}
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}
