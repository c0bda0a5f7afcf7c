import { Alert, Box, Button, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Keys } from '@/api/once';
import {
  erasePerson,
  exportHeld,
  type Held,
  heldQuery,
  privacyKeys,
  type Requester,
  subjectOf,
} from '@/api/privacy';
import { toProblem } from '@/api/problem';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { Row } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconDownload, IconTrash } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';

export const nameOf = ({ name, email, requester_id }: Requester) => name || email || requester_id;
/** What is typed to confirm an erasure. */
const labelOf = ({ email, requester_id }: Requester) => email || requester_id;

interface Props {
  requester: Requester;
  onClose: () => void;
}

/** What every service holds about a requester: how much of it, all of it as a file, or the way to erase it. */
export function HeldDialog({ requester, onClose }: Props) {
  const { t } = useTranslation();
  const held = useQuery(heldQuery(subjectOf(requester)));
  const [erases, setErases] = useState(false);
  const save = useMutation({
    mutationFn: (found: Held) => exportHeld(found),
    onSuccess: (file) => {
      saveBlob(file, 'personal-data.zip');
      showToast('success', t('privacy.exported'));
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  const found = held.data;
  if (erases) {
    return (
      <EraseDialog requester={requester} activeAccounts={found?.activeAccounts ?? 0} onClose={onClose} />
    );
  }
  return (
    <FormDialog
      title={t('privacy.held', { name: nameOf(requester) })}
      submit=""
      maxWidth="sm"
      onClose={onClose}
      busy={save.isPending}
    >
      <QueryState query={held} rows={6} />
      {found && (
        <>
          {found.openTickets.length > 0 && (
            <Alert severity="warning">
              {t('privacy.openTickets', { numbers: found.openTickets.join(', ') })}
            </Alert>
          )}
          <DataTable
            label={t('privacy.held', { name: nameOf(requester) })}
            rows={rowsOf(found)}
            rowKey={(row) => `${row.service}.${row.kind}`}
            columns={[
              {
                key: 'service',
                header: t('privacy.service'),
                render: (row) => t(`privacy.services.${row.service}`),
              },
              { key: 'kind', header: t('privacy.kind'), render: (row) => <code>{row.kind}</code> },
              { key: 'count', header: t('privacy.count'), align: 'end', render: (row) => row.count },
            ]}
          />
          <Row gap={1}>
            <Button
              variant="outlined"
              startIcon={<IconDownload size={16} />}
              disabled={save.isPending}
              onClick={() => save.mutate(found)}
            >
              {t('privacy.export')}
            </Button>
            <Button
              variant="outlined"
              color="error"
              startIcon={<IconTrash size={16} />}
              disabled={save.isPending || found.openTickets.length > 0}
              onClick={() => setErases(true)}
            >
              {t('privacy.erase')}
            </Button>
          </Row>
        </>
      )}
    </FormDialog>
  );
}

function rowsOf(held: Held) {
  return (Object.keys(held.parts) as (keyof Held['parts'])[]).flatMap((service) =>
    Object.entries(held.parts[service].counts)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => ({ service, kind, count })),
  );
}

function EraseDialog({ requester, activeAccounts, onClose }: Props & { activeAccounts: number }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [confirmation, setConfirmation] = useState('');
  const keys = useRef<Keys>(new Map());
  const erase = useMutation({
    mutationFn: () =>
      erasePerson({ ...subjectOf(requester), reason: reason.trim(), confirmation }, keys.current),
    onSuccess: async () => {
      showToast('success', t('privacy.started'));
      onClose();
      await queryClient.invalidateQueries({ queryKey: privacyKeys.all });
    },
  });
  const problem = erase.isError ? toProblem(erase.error) : null;
  const label = labelOf(requester);
  return (
    <FormDialog
      title={t('privacy.eraseNamed', { name: nameOf(requester) })}
      submit={t('privacy.erase')}
      isDangerous
      busy={erase.isPending}
      disabled={reason.trim() === '' || confirmation.trim().toLowerCase() !== label.toLowerCase()}
      error={erase.error}
      shownFields={['reason', 'confirmation']}
      onClose={onClose}
      onSubmit={() => erase.mutate()}
    >
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{t('privacy.eraseText')}</Box>
      {activeAccounts > 0 && (
        <Alert severity="warning">{t('privacy.keptAccounts', { count: activeAccounts })}</Alert>
      )}
      <TextField
        size="small"
        autoFocus
        multiline
        minRows={2}
        label={t('privacy.reason')}
        value={reason}
        error={Boolean(problem?.about('reason'))}
        helperText={problem?.about('reason')}
        onChange={(event) => setReason(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 2000 } }}
      />
      <TextField
        size="small"
        label={t('privacy.confirm', { label })}
        value={confirmation}
        error={Boolean(problem?.about('confirmation'))}
        helperText={problem?.about('confirmation')}
        onChange={(event) => setConfirmation(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 254, autoComplete: 'off' } }}
      />
    </FormDialog>
  );
}
