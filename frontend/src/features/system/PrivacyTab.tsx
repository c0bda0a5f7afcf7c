import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  canResend,
  type Erasure,
  erasuresQuery,
  MIN_SEARCH,
  privacyKeys,
  type Requester,
  requestersQuery,
  resendErasure,
} from '@/api/privacy';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconShield } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { HeldDialog, nameOf } from './PrivacyDialogs';

/** Find a requester, then export or erase what is held about them; below, how far erasures are. */
export function PrivacyTab() {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<Requester | null>(null);
  const text = search.trim();
  const requesters = useQuery(requestersQuery(text));
  return (
    <>
      <Box sx={{ mb: 1.5, fontSize: '0.8125rem', color: 'text.secondary' }}>{t('privacy.hint')}</Box>
      <Box sx={{ mb: 1, maxWidth: 420 }}>
        <SearchField value={search} label={t('privacy.search')} onChange={setSearch} />
      </Box>
      {text.length < MIN_SEARCH ? (
        <Text variant="hint">{t('privacy.searchHint')}</Text>
      ) : (
        <ListBox busy={requesters.isFetching}>
          <QueryState query={requesters} rows={3} />
          {requesters.data?.length === 0 && (
            <EmptyState
              icon={<IconShield size={22} />}
              title={t('privacy.nobody')}
              hint={t('privacy.nobodyHint')}
            />
          )}
          {requesters.data && requesters.data.length > 0 && (
            <DataTable<Requester>
              label={t('privacy.requesters')}
              rows={requesters.data}
              rowKey={(row) => [row.source_service, row.requester_id, row.email, row.name].join('\n')}
              columns={[
                { key: 'name', header: t('privacy.name'), render: (row) => row.name },
                { key: 'email', header: t('privacy.email'), render: (row) => row.email },
                {
                  key: 'id',
                  header: t('privacy.id'),
                  render: (row) => row.requester_id && `${row.source_service} ${row.requester_id}`,
                },
                {
                  key: 'tickets',
                  header: t('privacy.tickets'),
                  align: 'end',
                  render: (row) => row.ticket_count,
                },
                {
                  key: 'do',
                  header: t('privacy.actions'),
                  isHeaderHidden: true,
                  align: 'end',
                  isNarrow: true,
                  render: (row) => (
                    <Button
                      variant="text"
                      color="inherit"
                      aria-label={t('privacy.openNamed', { name: nameOf(row) })}
                      onClick={() => setShown(row)}
                    >
                      {t('privacy.open')}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </ListBox>
      )}
      <Erasures />
      {shown && <HeldDialog requester={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function Erasures() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const erasures = useQuery(erasuresQuery());
  const resend = useMutation({
    mutationFn: (id: number) => resendErasure(id),
    onSuccess: () => showToast('success', t('privacy.resent')),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: privacyKeys.erasures }),
  });
  return (
    <Box component="section" aria-label={t('privacy.erasures')} sx={{ mt: 3 }}>
      <Box component="h2" sx={{ m: 0, mb: 1, fontSize: '0.9375rem', fontWeight: 600 }}>
        {t('privacy.erasures')}
      </Box>
      <QueryState query={erasures} rows={3} />
      {erasures.data?.results.length === 0 && <Text variant="hint">{t('privacy.noErasures')}</Text>}
      {erasures.data && erasures.data.results.length > 0 && (
        <Box sx={{ mb: 1 }}>
          <Text variant="hint">{t('privacy.erasuresHint')}</Text>
        </Box>
      )}
      {erasures.data && erasures.data.results.length > 0 && (
        <ListBox busy={erasures.isFetching}>
          <DataTable<Erasure>
            label={t('privacy.erasures')}
            rows={erasures.data.results}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'at',
                header: t('privacy.requested'),
                render: (row) => formatDateTime(row.requested_at),
              },
              { key: 'by', header: t('privacy.by'), render: (row) => row.requested_by.full_name },
              { key: 'reason', header: t('privacy.reason'), render: (row) => row.reason },
              {
                key: 'tickets',
                header: t('privacy.tickets'),
                align: 'end',
                render: (row) => row.ticket_count,
              },
              { key: 'state', header: t('privacy.state'), render: (row) => <ErasureState erasure={row} /> },
              {
                key: 'do',
                header: t('privacy.actions'),
                isHeaderHidden: true,
                align: 'end',
                isNarrow: true,
                render: (row) =>
                  canResend(row) && (
                    <Button
                      variant="text"
                      color="inherit"
                      disabled={resend.isPending}
                      aria-label={t('privacy.resendNamed', { id: row.id })}
                      onClick={() => resend.mutate(row.id)}
                    >
                      {t('privacy.resend')}
                    </Button>
                  ),
              },
            ]}
          />
        </ListBox>
      )}
    </Box>
  );
}

function ErasureState({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  return (
    <>
      <State erasure={erasure} />
      {erasure.kept_accounts > 0 && (
        <Text variant="hint">{t('privacy.keptAccounts', { count: erasure.kept_accounts })}</Text>
      )}
    </>
  );
}

function State({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const { completed_at, next_pass_at, pass_number: pass, last_pass: last } = erasure;
  if (completed_at !== null) return <Badge tone="green">{t('privacy.complete')}</Badge>;
  if (next_pass_at !== null) {
    return <Badge tone="blue">{t('privacy.nextPass', { at: formatDateTime(next_pass_at) })}</Badge>;
  }
  const waiting = erasure.parts.filter((part) => part.erased_at === null).map((part) => part.service);
  const services = waiting.map((service) => t(`privacy.services.${service as 'messaging'}`)).join(', ');
  return <Badge tone="amber">{t('privacy.waiting', { services, pass, last })}</Badge>;
}
