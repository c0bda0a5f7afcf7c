import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { taskListQuery } from '@/api/tasks';
import { Page, Stack } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { useUser } from '@/context/SessionContext';
import { Activity } from '@/features/notifications/Activity';
import { CARDS, CountCard } from '@/features/tasks/CountCard';
import { TaskPanel } from '@/features/tasks/TaskPanel';
import { Today } from '@/features/tasks/Today';

export function HomePage() {
  const { t } = useTranslation();
  const user = useUser();
  const next = useQuery(taskListQuery({ view: 'mine', ordering: 'due_at', page_size: 8 }));
  const recent = useQuery(taskListQuery({ view: 'all', ordering: '-created_at', page_size: 6 }));
  return (
    <Page width={1480}>
      <PageHeader title={t(`home.${greeting()}`, { name: user.full_name.split(' ')[0] })} />
      <Box
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(auto-fit, minmax(160px, 1fr))' },
          mb: 2,
        }}
      >
        {CARDS.map((card) => (
          <CountCard key={card.view} {...card} />
        ))}
      </Box>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0, 1fr) 300px' },
          alignItems: 'start',
        }}
      >
        <Stack gap={2}>
          <TaskPanel
            title={t('home.next')}
            query={next}
            to="/inbox"
            empty={t('home.nextEmpty')}
            emptyHint={t('home.nextEmptyHint')}
          />
          <TaskPanel
            title={t('home.recent')}
            query={recent}
            to="/inbox?view=all&ordering=-created_at"
            empty={t('home.recentEmpty')}
            emptyHint={t('home.recentEmptyHint')}
          />
        </Stack>
        <Stack gap={2}>
          <Today />
          <Activity />
        </Stack>
      </Box>
    </Page>
  );
}

function greeting(): 'morning' | 'afternoon' | 'evening' {
  const hour = new Date().getHours();
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}
