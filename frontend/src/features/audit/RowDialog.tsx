import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '@/api/audit';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { formatDateTime } from '@/lib/time';
import { differencesOf } from './differences';

export function RowDialog({ row, onClose }: { row: AuditRow; onClose: () => void }) {
  const { t } = useTranslation();
  const differences = differencesOf(row.old, row.new);
  const value = { px: 1, py: 0.5, verticalAlign: 'top', overflowWrap: 'anywhere' } as const;
  return (
    <FormDialog title={t('audit.row', { id: row.id })} submit="" maxWidth="md" onClose={onClose}>
      <Facts
        facts={[
          [t('audit.action'), row.action],
          [t('audit.at'), formatDateTime(row.at)],
          [t('audit.actor'), row.actor?.full_name ?? t('audit.system')],
          [t('audit.object'), `${row.object_type} ${row.object_id}`],
          ...(row.reason ? ([[t('audit.reason'), row.reason]] as [string, string][]) : []),
          [t('audit.requestId'), row.request_id || '–'],
          [t('audit.ip'), row.ip_address ?? '–'],
        ]}
      />
      {differences.length === 0 ? (
        <Text variant="muted">{t('audit.noChange')}</Text>
      ) : (
        <Box
          component="table"
          sx={{
            width: '100%',
            tableLayout: 'fixed',
            borderCollapse: 'collapse',
            fontSize: '0.8125rem',
            '& th': { textAlign: 'start', px: 1, py: 0.5, fontWeight: 560, color: 'text.secondary' },
            '& tbody tr': { borderTop: 1, borderColor: 'divider' },
          }}
        >
          <thead>
            <tr>
              <th scope="col">{t('audit.field')}</th>
              <th scope="col">{t('audit.old')}</th>
              <th scope="col">{t('audit.new')}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((each) => (
              <tr key={each.path}>
                <Box component="td" sx={value}>
                  {each.path}
                </Box>
                <Box
                  component="td"
                  sx={{
                    ...value,
                    ...(each.old !== null && { color: 'tone.red.fg', bgcolor: 'tone.red.bg' }),
                  }}
                >
                  {each.old ?? '–'}
                </Box>
                <Box
                  component="td"
                  sx={{
                    ...value,
                    ...(each.new !== null && { color: 'tone.green.fg', bgcolor: 'tone.green.bg' }),
                  }}
                >
                  {each.new ?? '–'}
                </Box>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
      <Box
        sx={{
          fontSize: '0.6875rem',
          color: 'text.secondary',
          fontFamily: 'ui-monospace, monospace',
          overflowWrap: 'anywhere',
        }}
      >
        {t('audit.hash')} {row.hash}
        <br />
        {t('audit.previousHash')} {row.previous_hash}
      </Box>
    </FormDialog>
  );
}
