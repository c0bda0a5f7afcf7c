import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { accessRolesQuery, systemsQuery } from '@/api/access';
import type { Profile } from '@/api/account';
import { PEOPLE_PAGE_SIZE, peopleQuery, workersQuery } from '@/api/people';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { PersonAvatar } from '@/components/ui/Person';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconUsers } from '@/lib/icons';
import { formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { PersonBadges } from './PersonBadges';

const STATES = ['active', 'inactive', 'locked'] as const;
const STATE_FILTER: Record<string, { is_active?: string; is_locked?: string }> = {
  active: { is_active: 'true' },
  inactive: { is_active: 'false' },
  locked: { is_locked: 'true' },
};

export function PeopleList() {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const filters = useUrlFilters();
  const system = filters.text('system');
  const params = {
    search: filters.text('search'),
    system,
    role: filters.text('role'),
    ...STATE_FILTER[filters.text('state')],
    page: filters.page,
  };
  const people = useQuery(peopleQuery(params));
  const systems = useQuery(systemsQuery());
  const roles = useQuery(accessRolesQuery());
  const workers = useQuery(workersQuery());
  const workOf = new Map(workers.data?.map((worker) => [worker.user_id, worker]));
  const roleNames = [
    ...new Set(
      roles.data?.filter((role) => system === '' || role.system === system).map((role) => role.name),
    ),
  ].sort();
  const isFiltered = ['search', 'system', 'role', 'state'].some((name) => filters.text(name) !== '');
  return (
    <>
      <Row gap={1} mb={1.5}>
        <SearchField
          value={filters.text('search')}
          label={t('people.search')}
          onChange={(search) => filters.change({ search })}
        />
        <ChoiceFilter
          label={t('people.state')}
          all={t('people.anyState')}
          options={STATES.map((value) => ({ value, label: t(`people.is.${value}`) }))}
          value={filters.text('state')}
          onChange={(state) => filters.change({ state })}
        />
        <ChoiceFilter
          label={t('people.system')}
          all={t('people.anySystem')}
          options={systems.data?.map((each) => ({ value: each.slug, label: each.slug.toUpperCase() })) ?? []}
          value={system}
          onChange={(next) => filters.change({ system: next, role: null })}
        />
        <ChoiceFilter
          label={t('field.role')}
          all={t('people.anyRole')}
          options={roleNames.map((name) => ({ value: name, label: name }))}
          value={filters.text('role')}
          onChange={(role) => filters.change({ role })}
        />
      </Row>
      <ListBox busy={people.isFetching}>
        <QueryState query={people} rows={9} />
        {people.data?.results.length === 0 && (
          <EmptyState
            icon={<IconUsers size={22} />}
            title={t(isFiltered ? 'people.noMatch' : 'people.empty')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => filters.only({})}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {people.data && people.data.results.length > 0 && (
          <DataTable<Profile>
            label={t('people.title')}
            rows={people.data.results}
            rowKey={(person) => person.user_id}
            onRowClick={(person) => navigate(`/admin/agents/${person.user_id}`)}
            columns={[
              {
                key: 'name',
                header: t('people.name'),
                isNarrow: true,
                render: (person) => (
                  <Row gap={1.25} align="center" nowrap>
                    <PersonAvatar person={person} size={28} picture={person.avatar_url || undefined} />
                    <Box>
                      <Box
                        component={Link}
                        to={`/admin/agents/${person.user_id}`}
                        sx={{
                          color: 'text.primary',
                          fontWeight: 580,
                          textDecoration: 'none',
                          '&:hover': { textDecoration: 'underline' },
                        }}
                      >
                        {person.full_name}
                      </Box>
                      <Text variant="hint">{person.email}</Text>
                    </Box>
                  </Row>
                ),
              },
              {
                key: 'roles',
                header: t('people.roles'),
                render: (person) => (
                  <Box sx={{ color: 'text.secondary', minWidth: 180 }}>
                    {Object.entries(person.roles)
                      .filter(([, names]) => names.length > 0)
                      .map(([slug, names]) =>
                        slug === 'tts' ? names.join(', ') : `${slug.toUpperCase()}: ${names.join(', ')}`,
                      )
                      .join(' · ') || '–'}
                  </Box>
                ),
              },
              {
                key: 'state',
                header: t('field.status'),
                isNarrow: true,
                render: (person) => (
                  <PersonBadges person={person} isAway={workOf.get(person.user_id)?.is_away} />
                ),
              },
              {
                key: 'work',
                header: t('people.openWork'),
                align: 'end',
                render: (person) => workOf.get(person.user_id)?.open_tasks ?? '–',
              },
              {
                key: 'seen',
                header: t('people.lastSignIn'),
                isNarrow: true,
                render: (person) => (
                  <Text component="span" variant="inherit" color="text.secondary">
                    {person.last_login ? formatRelative(person.last_login, now) : t('people.never')}
                  </Text>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {people.data && (
        <Pager
          page={filters.page}
          pageSize={PEOPLE_PAGE_SIZE}
          count={people.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
    </>
  );
}
