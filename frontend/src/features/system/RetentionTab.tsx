import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  RETENTION_SERVICES,
  type RetentionKind,
  type RetentionService,
  retentionKey,
  retentionQuery,
  runRetention,
} from '@/api/retention';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Stack, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { RetentionDialog } from './RetentionDialog';
import { amountText, daysText } from './retentionTexts';

interface KindOfService {
  service: RetentionService;
  kind: RetentionKind;
  name: string;
}

/** For how long each kind of data is kept, what is due, and what the last run removed. */
export function RetentionTab() {
  const { t } = useTranslation();
  const now = useNow();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<{ what: 'change' | 'run'; row: KindOfService } | null>(null);
  const close = () => setOpen(null);
  const answers = useQueries({ queries: RETENTION_SERVICES.map((service) => retentionQuery(service)) });
  const rows = RETENTION_SERVICES.flatMap((service, at) =>
    (answers[at]?.data ?? []).map((kind) => ({
      service,
      kind,
      name: t(`retention.kind.${service}/${kind.kind}.name`, kind.kind),
    })),
  );
  const run = useMutation({
    mutationFn: ({ service, kind }: KindOfService) => runRetention(service, kind.kind),
    onSuccess: (done) =>
      showToast(
        done.failed > 0 ? 'error' : 'success',
        t(done.is_complete ? 'retention.ran' : 'retention.ranPartly', {
          entries: amountText({ rows: done.removed, bytes: done.removed_bytes }, t),
        }) + (done.failed > 0 ? ` ${t('retention.failed', { count: done.failed })}` : ''),
      ),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => {
      close();
      void queryClient.invalidateQueries({ queryKey: retentionKey });
    },
  });
  return (
    <Stack gap={1.5}>
      <Text variant="muted">{t('retention.hint')}</Text>
      {RETENTION_SERVICES.map((service, at) => {
        const error = answers[at]?.error;
        return (
          error && (
            <Alert key={service} severity="warning" role="alert">
              {t('retention.away', {
                service: t(`retention.service.${service}`),
                problem: problemText(error, t),
              })}
            </Alert>
          )
        );
      })}
      <ListBox busy={answers.some((answer) => answer.isFetching)}>
        {rows.length === 0 && answers.some((answer) => answer.isPending) && <LoadingRows rows={8} />}
        {rows.length > 0 && (
          <DataTable<KindOfService>
            label={t('retention.tab')}
            rows={rows}
            rowKey={({ service, kind }) => `${service}/${kind.kind}`}
            columns={[
              {
                key: 'what',
                header: t('retention.what'),
                render: ({ service, name }) => (
                  <>
                    <Box sx={{ fontWeight: 580 }}>{name}</Box>
                    <Text variant="hint">{t(`retention.service.${service}`)}</Text>
                  </>
                ),
              },
              {
                key: 'days',
                header: t('retention.keptFor'),
                render: ({ kind }) => (
                  <div>
                    {daysText(kind.days, t)}
                    {kind.setting && (
                      <Text variant="hint">{t('retention.setBy', { name: kind.setting })}</Text>
                    )}
                  </div>
                ),
              },
              {
                key: 'kept',
                header: t('retention.here'),
                isNarrow: true,
                render: ({ kind }) => amountText(kind.kept, t),
              },
              {
                key: 'due',
                header: t('retention.due'),
                isNarrow: true,
                render: ({ kind }) => (kind.due.rows ? amountText(kind.due, t) : t('retention.nothing')),
              },
              {
                key: 'last',
                header: t('retention.lastRun'),
                render: ({ kind }) => !kind.setting && lastRunText(kind, now, t),
              },
              {
                key: 'next',
                header: t('retention.nextRun'),
                isNarrow: true,
                render: ({ kind }) =>
                  kind.next_run_at &&
                  (Date.parse(kind.next_run_at) <= now + 60_000
                    ? t('retention.soon')
                    : formatRelative(kind.next_run_at, now)),
              },
              {
                key: 'do',
                header: t('retention.actions'),
                isHeaderHidden: true,
                align: 'end',
                isNarrow: true,
                render: (row) =>
                  !row.kind.setting && (
                    <>
                      <Button
                        variant="text"
                        color="inherit"
                        aria-label={t('retention.changeNamed', { name: row.name })}
                        onClick={() => setOpen({ what: 'change', row })}
                      >
                        {t('retention.change')}
                      </Button>
                      <Button
                        variant="text"
                        color="error"
                        aria-label={t('retention.runNamed', { name: row.name })}
                        disabled={!row.kind.due.rows}
                        onClick={() => setOpen({ what: 'run', row })}
                      >
                        {t('retention.run')}
                      </Button>
                    </>
                  ),
              },
            ]}
          />
        )}
      </ListBox>
      {open?.what === 'change' && <RetentionDialog {...open.row} onClose={close} />}
      {open?.what === 'run' && (
        <ConfirmDialog
          open
          title={open.row.name}
          text={t('retention.runText', { entries: amountText(open.row.kind.due, t) })}
          confirm={t('retention.run')}
          busy={run.isPending}
          onClose={close}
          onConfirm={() => run.mutate(open.row)}
        />
      )}
    </Stack>
  );
}

function lastRunText({ last_run: last }: RetentionKind, now: number, t: TFunction) {
  if (!last) return t('retention.never');
  const parts = [
    t('retention.removed', {
      time: formatRelative(last.started_at, now),
      entries: amountText({ rows: last.removed, bytes: last.removed_bytes }, t),
    }),
  ];
  if (last.failed > 0) parts.push(t('retention.failed', { count: last.failed }));
  if (!last.is_complete) parts.push(t('retention.incomplete'));
  return parts.join(', ');
}
