import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { workflowListQuery } from '@/api/workflows';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, QueryState } from '@/components/ui/States';
import { NewWorkflow } from '@/features/designer/NewWorkflow';
import { WorkflowLine } from '@/features/designer/WorkflowLine';
import { IconSitemap } from '@/lib/icons';

export function WorkflowListPage() {
  const { t } = useTranslation();
  const workflows = useQuery({ ...workflowListQuery(), staleTime: 0 });
  return (
    <Page width={1320}>
      <PageHeader title={t('nav.workflows')} actions={<NewWorkflow />} />
      <Box
        sx={{
          bgcolor: 'background.paper',
          border: 1,
          borderColor: 'divider',
          borderRadius: 2,
          overflowX: 'auto',
        }}
      >
        <QueryState query={workflows} rows={5} height={54} />
        {workflows.data?.results.length === 0 && (
          <EmptyState
            icon={<IconSitemap size={22} />}
            title={t('workflows.empty')}
            hint={t('workflows.emptyHint')}
          />
        )}
        {workflows.data && workflows.data.results.length > 0 && (
          <Box
            component="table"
            aria-label={t('nav.workflows')}
            sx={{ width: '100%', borderCollapse: 'collapse', fontSize: '0.8125rem' }}
          >
            <Box
              component="thead"
              sx={{
                '& th': {
                  textAlign: 'start',
                  typography: 'caption',
                  fontWeight: 560,
                  color: 'text.secondary',
                  px: 1.5,
                  height: 36,
                  whiteSpace: 'nowrap',
                  borderBottom: 1,
                  borderColor: 'divider',
                },
              }}
            >
              <tr>
                <th scope="col">{t('field.workflow')}</th>
                <th scope="col">{t('field.status')}</th>
                <th scope="col">{t('workflows.serves')}</th>
                <th scope="col">{t('workflows.endLogic')}</th>
                <th scope="col">{t('workflows.version')}</th>
                <Box component="th" scope="col" sx={{ textAlign: 'end !important' }}>
                  {t('workflows.running')}
                </Box>
              </tr>
            </Box>
            <tbody>
              {workflows.data.results.map((workflow) => (
                <WorkflowLine key={workflow.id} workflow={workflow} />
              ))}
            </tbody>
          </Box>
        )}
      </Box>
    </Page>
  );
}
