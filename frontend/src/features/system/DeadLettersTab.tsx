import '@/i18n/identity';
import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DEAD_LETTER_PAGE_SIZE, type DeadLetter, deadLettersQuery } from '@/api/deadLetters';
import { Badge } from '@/components/ui/Badge';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Row } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconCircleCheck } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { DeadLetterDialog } from './DeadLetterDialog';

export function DeadLettersTab() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const [shown, setShown] = useState<DeadLetter | null>(null);
  const isResolved = filters.text('state') === 'settled';
  const letters = useQuery(
    deadLettersQuery({ search: filters.text('search'), isResolved, page: filters.page }),
  );
  return (
    <>
      <Row gap={1} mb={1.5}>
        <SearchField
          value={filters.text('search')}
          label={t('dead.search')}
          onChange={(search) => filters.change({ search })}
        />
        <ChoiceFilter
          label={t('notifications.show')}
          all={t('dead.open')}
          options={[{ value: 'settled', label: t('dead.settled') }]}
          value={filters.text('state')}
          onChange={(state) => filters.change({ state })}
        />
      </Row>
      <ListBox busy={letters.isFetching}>
        <QueryState query={letters} rows={5} />
        {letters.data?.results.length === 0 && (
          <EmptyState
            icon={<IconCircleCheck size={22} />}
            title={t('dead.none')}
            hint={isResolved ? undefined : t('dead.noneHint')}
          />
        )}
        {letters.data && letters.data.results.length > 0 && (
          <DataTable<DeadLetter>
            label={t('system.tab.dead')}
            rows={letters.data.results}
            rowKey={(letter) => letter.id}
            onRowClick={setShown}
            columns={[
              {
                key: 'when',
                header: t('system.event.when'),
                isNarrow: true,
                render: (letter) => formatDateTime(letter.created_at),
              },
              {
                key: 'queue',
                header: t('dead.queue'),
                isNarrow: true,
                render: (letter) => <code>{letter.queue}</code>,
              },
              {
                key: 'code',
                header: t('dead.code'),
                isNarrow: true,
                render: (letter) => <Badge tone={letter.resolved_at ? 'grey' : 'red'}>{letter.code}</Badge>,
              },
              {
                key: 'reason',
                header: t('mailings.why'),
                render: (letter) => (
                  <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>{letter.reason}</Box>
                ),
              },
              {
                key: 'do',
                header: t('people.actions'),
                isHeaderHidden: true,
                align: 'end',
                render: (letter) => (
                  <Button
                    variant="text"
                    onClick={() => setShown(letter)}
                    aria-label={t('dead.lookNamed', { id: letter.id })}
                  >
                    {t('dead.look')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {letters.data && (
        <Pager
          page={filters.page}
          pageSize={DEAD_LETTER_PAGE_SIZE}
          count={letters.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
      {shown && <DeadLetterDialog letter={shown} onClose={() => setShown(null)} />}
    </>
  );
}
