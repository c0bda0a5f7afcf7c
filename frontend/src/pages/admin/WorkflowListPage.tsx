import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { WORKFLOW_PAGE_SIZE, workflowListQuery } from '@/api/workflows';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { Page, Row } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { NewWorkflow } from '@/features/designer/NewWorkflow';
import { WorkflowLine } from '@/features/designer/WorkflowLine';
import { IconSitemap } from '@/lib/icons';
import { useUrlFilters } from '@/lib/useUrlFilters';

const STATES = ['draft', 'initialized', 'deployed', 'paused', 'archived'] as const;

export function WorkflowListPage() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const { change } = filters;
  const search = filters.text('search');
  const state = STATES.find((each) => each === filters.text('state')) ?? '';
  const workflows = useQuery(
    workflowListQuery({
      search,
      status: state === 'archived' ? '' : state,
      is_archived: state === 'archived',
      page: filters.page,
    }),
  );
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);
  const isFiltered = search !== '' || state !== '';
  return (
    <Page width={1320}>
      <PageHeader title={t('nav.workflows')} actions={<NewWorkflow />} />
      <Row role="search" gap={1} align="center" mb={1.5}>
        <SearchField value={search} label={t('workflows.search')} onChange={onSearch} />
        <ChoiceFilter
          label={t('field.status')}
          all={t('workflows.notArchived')}
          options={STATES.map((value) => ({
            value,
            label: value === 'archived' ? t('workflows.archived') : t(`workflows.status.${value}`),
          }))}
          value={state}
          onChange={(value) => change({ state: value })}
        />
      </Row>
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
            title={t(isFiltered ? 'choice.none' : 'workflows.empty')}
            hint={isFiltered ? undefined : t('workflows.emptyHint')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => filters.only({})}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
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
      {workflows.data && (
        <Pager
          page={filters.page}
          pageSize={WORKFLOW_PAGE_SIZE}
          count={workflows.data.count}
          onChange={(page) => change({ page })}
        />
      )}
    </Page>
  );
}
