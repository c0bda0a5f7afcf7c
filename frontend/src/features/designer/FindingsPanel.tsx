import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Finding, Report } from '@/api/definitions';
import { List } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@/lib/icons';

/** What validation says of the stored draft; each line leads to its place. */
export function FindingsPanel({
  report,
  onOpen,
}: {
  report: Report | undefined;
  onOpen: (finding: Finding) => void;
}) {
  const { t } = useTranslation();
  const findings = report ? [...report.errors, ...report.warnings] : [];
  return (
    <Panel
      title={t('designer.findings.title')}
      action={
        report && (
          <Box role="status" sx={{ fontSize: '0.75rem', color: 'text.secondary', paddingInlineEnd: 0.75 }}>
            {t('designer.findings.count', {
              errors: t('designer.findings.errors', { count: report.errors.length }),
              warnings: t('designer.findings.warnings', { count: report.warnings.length }),
            })}
          </Box>
        )
      }
    >
      {report && findings.length === 0 && (
        <Box
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1,
            fontSize: '0.8125rem',
            color: 'tone.green.fg',
          }}
        >
          <IconCircleCheck size={16} aria-hidden />
          {t('designer.findings.none')}
        </Box>
      )}
      <List aria-label={t('designer.findings.title')} gap={0.25}>
        {findings.map((finding, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings have no identity beyond their order
          <li key={`${finding.code}-${index}`}>
            <Box
              component="button"
              type="button"
              onClick={() => onOpen(finding)}
              sx={{
                width: '100%',
                display: 'flex',
                alignItems: 'center',
                gap: 1,
                minHeight: 30,
                px: 0.75,
                font: 'inherit',
                fontSize: '0.8125rem',
                textAlign: 'start',
                color: 'text.primary',
                bgcolor: 'transparent',
                border: 0,
                borderRadius: 1,
                cursor: 'pointer',
                '&:hover': { bgcolor: 'surface.hover' },
              }}
            >
              <Box
                component="span"
                sx={{
                  display: 'flex',
                  color: finding.severity === 'error' ? 'tone.red.solid' : 'tone.amber.solid',
                }}
              >
                {finding.severity === 'error' ? (
                  <IconAlertTriangle size={15} aria-label={t('designer.findings.error')} />
                ) : (
                  <IconInfoCircle size={15} aria-label={t('designer.findings.warning')} />
                )}
              </Box>
              {finding.message}
            </Box>
          </li>
        ))}
      </List>
    </Panel>
  );
}
