import '@/i18n/identity';
import { Box, Button, Checkbox } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  DEAD_LETTER_PAGE_SIZE,
  type DeadLetter,
  deadLetterCountsQuery,
  deadLettersQuery,
} from '@/api/deadLetters';
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
import { DeadLettersBulk } from './DeadLettersBulk';

export function DeadLettersTab() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const [shown, setShown] = useState<DeadLetter | null>(null);
  const isResolved = filters.text('state') === 'settled';
  const queue = filters.text('queue');
  const code = filters.text('code');
  const letters = useQuery(
    deadLettersQuery({ search: filters.text('search'), isResolved, queue, code, page: filters.page }),
  );
  const counts = useQuery(deadLetterCountsQuery());
  const rows = letters.data?.results ?? [];
  const [picked, setPicked] = useState<number[]>([]);
  // What is not on this page any more is not selected.
  const chosen = rows.map((letter) => letter.id).filter((id) => picked.includes(id));
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
      {!isResolved && counts.data && counts.data.length > 0 && (
        <Row component="section" aria-label={t('dead.byReason')} gap={1} mb={1.5}>
          {counts.data.map((each) => {
            const isOn = each.queue === queue && each.code === code;
            return (
              <Button
                key={`${each.queue} ${each.code}`}
                variant="outlined"
                aria-pressed={isOn}
                onClick={() =>
                  filters.change(isOn ? { queue: null, code: null } : { queue: each.queue, code: each.code })
                }
                sx={isOn ? { bgcolor: 'surface.selected', borderColor: 'primary.main' } : undefined}
              >
                {t('dead.count', { code: each.code, queue: each.queue, count: each.count })}
              </Button>
            );
          })}
        </Row>
      )}
      <DeadLettersBulk chosen={chosen} onDone={() => setPicked([])} />
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
              ...(isResolved
                ? []
                : [
                    {
                      key: 'pick',
                      header: (
                        <Checkbox
                          size="small"
                          slotProps={{ input: { 'aria-label': t('dead.pickAll') } }}
                          checked={chosen.length === rows.length}
                          indeterminate={chosen.length > 0 && chosen.length < rows.length}
                          onChange={(event) =>
                            setPicked(event.target.checked ? rows.map((letter) => letter.id) : [])
                          }
                        />
                      ),
                      width: 40,
                      render: (letter: DeadLetter) => (
                        <Checkbox
                          size="small"
                          slotProps={{ input: { 'aria-label': t('dead.pick', { id: letter.id }) } }}
                          checked={chosen.includes(letter.id)}
                          onChange={(event) =>
                            setPicked(
                              event.target.checked
                                ? [...chosen, letter.id]
                                : chosen.filter((id) => id !== letter.id),
                            )
                          }
                        />
                      ),
                    },
                  ]),
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
                key: 'ledger',
                header: t('dead.ledger'),
                isNarrow: true,
                render: (letter) =>
                  letter.intake_id !== null && (
                    <Link to={`/admin/intake?message=${letter.intake_id}`}>
                      {letter.ticket_number || t('dead.inLedger', { id: letter.intake_id })}
                    </Link>
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
