import '@/i18n/cannedReplies';
import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { type CannedReply, type CannedScope, cannedListQuery, teamRolesQuery } from '@/api/cannedReplies';
import { Badge } from '@/components/ui/Badge';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Page, Row, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { ScopeBadge } from '@/features/canned/ScopeBadge';
import { PlainWords } from '@/features/tickets/conversation/PlainWords';
import { IconMessageBolt, IconPlus } from '@/lib/icons';
import { formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { useUrlFilters } from '@/lib/useUrlFilters';

const PAGE_SIZE = 25;
const SCOPES: CannedScope[] = ['own', 'team', 'all'];

/** The texts that one can insert while writing, and those that one manages. */
export function CannedRepliesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  const { text, page, change, only } = useUrlFilters();
  const [search, scope] = [text('search'), text('scope')];
  const replies = useQuery(cannedListQuery({ search, scope, page, page_size: PAGE_SIZE }));
  const roles = useQuery(teamRolesQuery());
  const setSearch = useCallback((value: string) => change({ search: value }), [change]);
  const isFiltered = search !== '' || scope !== '';
  const addNew = (
    <Button
      variant="contained"
      component={Link}
      to="/canned-replies/new"
      startIcon={<IconPlus size={16} aria-hidden />}
    >
      {t('canned.new')}
    </Button>
  );
  return (
    <Page width={1100}>
      <PageHeader title={t('canned.title')} actions={addNew} />
      <Text variant="muted" mb={1.5}>
        {t('canned.hint')}
      </Text>
      <Row gap={1} mb={1.5}>
        <SearchField value={search} label={t('canned.searchLabel')} onChange={setSearch} />
        <ChoiceFilter
          label={t('canned.scopeLabel')}
          all={t('canned.anyScope')}
          value={scope}
          options={SCOPES.map((value) => ({ value, label: t(`canned.scope.${value}`) }))}
          onChange={(value) => change({ scope: value })}
        />
      </Row>
      <ListBox busy={replies.isFetching}>
        <QueryState query={replies} rows={6} height={54} />
        {replies.data?.results.length === 0 && (
          <EmptyState
            icon={<IconMessageBolt size={22} />}
            title={t(isFiltered ? 'canned.noMatch' : 'canned.empty')}
            hint={t(isFiltered ? 'canned.noMatchHint' : 'canned.emptyHint')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => only({})}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {replies.data && replies.data.results.length > 0 && (
          <DataTable<CannedReply>
            label={t('canned.title')}
            rows={replies.data.results}
            rowKey={(reply) => reply.id}
            onRowClick={(reply) => navigate(`/canned-replies/${reply.id}`)}
            columns={[
              {
                key: 'title',
                header: t('canned.name'),
                render: (reply) => (
                  <Box sx={{ minWidth: 0 }}>
                    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
                      <Link to={`/canned-replies/${reply.id}`} dir="auto">
                        {reply.title}
                      </Link>
                      {!reply.is_active && <Badge tone="amber">{t('canned.inactive')}</Badge>}
                    </Box>
                    <Box
                      dir="auto"
                      sx={{
                        color: 'text.secondary',
                        display: '-webkit-box',
                        WebkitBoxOrient: 'vertical',
                        WebkitLineClamp: '1',
                        overflow: 'hidden',
                        overflowWrap: 'anywhere',
                      }}
                    >
                      <PlainWords text={reply.text} />
                    </Box>
                  </Box>
                ),
              },
              {
                key: 'scope',
                header: t('canned.scopeLabel'),
                width: '22%',
                isNarrow: true,
                render: (reply) => <ScopeBadge reply={reply} roles={roles.data} />,
              },
              {
                key: 'updated',
                header: t('canned.updated'),
                width: '24%',
                render: (reply) => (
                  <Text variant="inherit" color="text.secondary">
                    {t('canned.updatedBy', {
                      time: formatRelative(reply.updated_at, now),
                      name: reply.updated_by.full_name,
                    })}
                  </Text>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {replies.data && (
        <Pager
          page={page}
          pageSize={PAGE_SIZE}
          count={replies.data.count}
          onChange={(next) => change({ page: next })}
        />
      )}
    </Page>
  );
}
