import { Alert, Button, Checkbox, FormControlLabel } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportResult, importPeople, peopleKeys } from '@/api/people';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { List, Row, Stack } from '@/components/ui/layout';
import { showToast } from '@/components/ui/toast';
import { IconDownload, IconFile } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';

const EXAMPLE =
  'email,first_name,last_name,department,company_id,roles\n' +
  'maria.lopez@example.com,Maria,Lopez,IT Department,E-2041,tts:Agent|tts:IT Support\n';

/** First a dry run that names every row at fault; the good rows of a faulty file are imported only where that is chosen. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [invite, setInvite] = useState(true);
  const [skipFaulty, setSkipFaulty] = useState(false);
  const tryOut = useMutation({
    mutationFn: (chosen: File) => importPeople({ file: chosen, dryRun: true, invite, skipFaulty }),
  });
  const run = useMutation({
    mutationFn: (chosen: File) => importPeople({ file: chosen, dryRun: false, invite, skipFaulty }),
    onSuccess: (result) => {
      if (!result.is_imported) return;
      showToast('success', t('people.imported', { count: result.good }));
      void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
      onClose();
    },
  });
  const result = run.data ?? tryOut.data;
  const isReady = result !== undefined && (result.failed === 0 || skipFaulty) && result.good > 0;
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    run.reset();
    tryOut.mutate(chosen);
  };
  return (
    <FormDialog
      title={t('people.import')}
      hint={t('people.importHint')}
      submit={t('people.importSubmit', { count: result?.good ?? 0 })}
      busy={run.isPending}
      disabled={!isReady || tryOut.isPending}
      error={run.error ?? tryOut.error}
      maxWidth="md"
      onClose={onClose}
      onSubmit={() => file && run.mutate(file)}
    >
      <Row gap={1} align="center">
        <Button
          variant="outlined"
          startIcon={<IconFile size={16} />}
          loading={tryOut.isPending}
          onClick={() => input.current?.click()}
        >
          {file ? file.name : t('people.chooseFile')}
        </Button>
        <Button
          variant="text"
          color="inherit"
          startIcon={<IconDownload size={16} />}
          onClick={() => saveBlob(new Blob([EXAMPLE], { type: 'text/csv' }), 'people.csv')}
        >
          {t('people.example')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          aria-label={t('people.chooseFile')}
          onChange={(event) => {
            choose(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </Row>
      <FormControlLabel
        control={
          <Checkbox size="small" checked={invite} onChange={(event) => setInvite(event.target.checked)} />
        }
        label={t('people.inviteAll')}
        slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
      />
      {result && result.failed > 0 && result.good > 0 && (
        <FormControlLabel
          control={
            <Checkbox
              size="small"
              checked={skipFaulty}
              onChange={(event) => setSkipFaulty(event.target.checked)}
            />
          }
          label={t('people.skipFaulty', { count: result.good })}
          slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
        />
      )}
      {result && <Findings result={result} />}
    </FormDialog>
  );
}

function Findings({ result }: { result: ImportResult }) {
  const { t } = useTranslation();
  const faulty = result.rows.filter((row) => row.errors.length > 0 || row.notes.length > 0);
  return (
    <Stack gap={1.5}>
      <Alert severity={result.failed === 0 ? 'success' : 'warning'} role="status">
        {result.failed === 0
          ? t('people.allGood', { count: result.good })
          : t('people.someBad', { count: result.failed, good: result.good })}
      </Alert>
      {result.ignored_columns.length > 0 && (
        <Alert severity="info">
          {t('people.ignoredColumns', { columns: result.ignored_columns.join(', ') })}
        </Alert>
      )}
      {faulty.length > 0 && (
        <DataTable
          label={t('people.faults')}
          rows={faulty}
          rowKey={(row) => row.row}
          columns={[
            { key: 'row', header: t('people.row'), align: 'end', render: (row) => row.row },
            { key: 'email', header: t('login.email'), render: (row) => row.email || '–' },
            {
              key: 'errors',
              header: t('people.fault'),
              render: (row) => (
                <List>
                  {[...row.errors, ...row.notes].map((finding) => (
                    <li key={`${finding.attr}-${finding.code}-${finding.detail}`}>{finding.detail}</li>
                  ))}
                </List>
              ),
            },
          ]}
        />
      )}
    </Stack>
  );
}
