import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { type WorkflowRow, workflowListQuery } from '@/api/workflows';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { NewWorkflow } from '@/features/designer/NewWorkflow';
import { WorkflowStatusBadge } from '@/features/designer/WorkflowStatusBadge';
import { IconSitemap } from '@/lib/icons';

const cell = { px: 1.5, py: 1, verticalAlign: 'middle' } as const;

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
        {workflows.isPending && <LoadingRows rows={5} height={54} />}
        {workflows.isError && <ErrorState error={workflows.error} onRetry={() => workflows.refetch()} />}
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

function WorkflowLine({ workflow }: { workflow: WorkflowRow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = `/admin/workflows/${workflow.id}`;
  return (
    <Box
      component="tr"
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest('a')) navigate(address);
      }}
      sx={{
        cursor: 'pointer',
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '&:hover': { bgcolor: 'surface.hover' },
      }}
    >
      <Box component="td" sx={{ ...cell, minWidth: 200 }}>
        <Box
          component={Link}
          to={address}
          sx={{
            color: 'text.primary',
            fontWeight: 580,
            textDecoration: 'none',
            '&:hover': { textDecoration: 'underline' },
          }}
        >
          {workflow.name}
        </Box>
        {workflow.is_default && (
          <Box component="span" sx={{ ml: 1, fontSize: '0.75rem', color: 'text.secondary' }}>
            {t('workflows.default')}
          </Box>
        )}
      </Box>
      <Box component="td" sx={cell}>
        <WorkflowStatusBadge status={workflow.status} />
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', minWidth: 220 }}>
        {[workflow.department, workflow.category, workflow.sub_category].filter(Boolean).join(' › ') ||
          t('workflows.any')}
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {t(`workflows.end.${workflow.end_logic}`)}
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {workflow.current_version === null ? '–' : t('ticket.version', { version: workflow.current_version })}
        {workflow.has_undeployed_changes && (
          <Box component="span" sx={{ ml: 1, fontSize: '0.75rem', color: 'tone.amber.fg' }}>
            {t('workflows.undeployed')}
          </Box>
        )}
      </Box>
      <Box
        component="td"
        sx={{ ...cell, textAlign: 'end', fontVariantNumeric: 'tabular-nums', fontWeight: 560 }}
      >
        {workflow.running_tasks}
      </Box>
    </Box>
  );
}
