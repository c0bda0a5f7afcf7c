import '@/i18n/identity';
import '@/i18n/people';
import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { type TemplateRow, templatesQuery } from '@/api/mailings';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconMail } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { LanguageChoice, templateLanguage } from './LanguageChoice';

export function TemplatesTab() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const filters = useUrlFilters();
  const language = templateLanguage(filters.text('language'), i18n.language);
  const templates = useQuery(templatesQuery(language));
  return (
    <>
      <Row mb={1.5}>
        <LanguageChoice value={language} onChange={(next) => filters.change({ language: next })} />
      </Row>
      <ListBox busy={templates.isFetching}>
        <QueryState query={templates} rows={9} />
        {templates.data?.length === 0 && (
          <EmptyState icon={<IconMail size={22} />} title={t('mailings.noTemplates')} />
        )}
        {templates.data && templates.data.length > 0 && (
          <DataTable<TemplateRow>
            label={t('mailings.tab.templates')}
            rows={templates.data}
            rowKey={(row) => row.id}
            onRowClick={(row) => navigate(`/admin/notifications/${row.id}`)}
            columns={[
              {
                key: 'label',
                header: t('prefs.what'),
                render: (row) => (
                  <Box
                    component={Link}
                    to={`/admin/notifications/${row.id}`}
                    sx={{
                      color: 'text.primary',
                      fontWeight: 580,
                      textDecoration: 'none',
                      '&:hover': { textDecoration: 'underline' },
                    }}
                  >
                    {row.label}
                  </Box>
                ),
              },
              {
                key: 'subject',
                header: t('field.subject'),
                render: (row) => (
                  <Text variant="inherit" color="text.secondary" lang={row.language}>
                    {row.subject}
                  </Text>
                ),
              },
              {
                key: 'version',
                header: t('workflows.version'),
                isNarrow: true,
                render: (row) => t('ticket.version', { version: row.version }),
              },
              {
                key: 'by',
                header: t('mailings.edited'),
                isNarrow: true,
                render: (row) =>
                  row.edited_by
                    ? t('mailings.editedBy', {
                        name: row.edited_by.full_name,
                        time: formatDateTime(row.updated_at),
                      })
                    : t('mailings.shipped'),
              },
            ]}
          />
        )}
      </ListBox>
    </>
  );
}
