import '@/i18n/identity';
import { Page, Stack } from '@/components/ui/layout';
import '@/i18n/people';
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import { personQuery } from '@/api/people';
import { Problem } from '@/api/problem';
import { Panel } from '@/components/ui/Panel';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { PersonDetails } from '@/features/people/PersonDetails';
import { PersonHeader } from '@/features/people/PersonHeader';
import { PersonRoles } from '@/features/people/PersonRoles';
import { PersonSessions } from '@/features/people/PersonSessions';
import { PersonWork } from '@/features/people/PersonWork';

export function PersonPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const userId = Number(id);
  const person = useQuery({ ...personQuery(userId), enabled: /^\d+$/.test(id) });
  if (!/^\d+$/.test(id)) {
    const missing = { code: 'not_found', detail: '', attr: null };
    return <ErrorState error={new Problem({ status: 404, errors: [missing] })} />;
  }
  if (person.isError) return <ErrorState error={person.error} onRetry={() => person.refetch()} />;
  if (!person.data) return <LoadingRows rows={8} />;
  return (
    <Page width={1100}>
      <PersonHeader person={person.data} />
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) minmax(0,1fr)' },
        }}
      >
        <Stack gap={2}>
          <PersonDetails key={userId} person={person.data} />
          <PersonSessions person={person.data} />
        </Stack>
        <Stack gap={2}>
          <PersonRoles person={person.data} />
          <Panel title={t('availability.title')}>
            <PersonWork userId={userId} />
          </Panel>
        </Stack>
      </Box>
    </Page>
  );
}
