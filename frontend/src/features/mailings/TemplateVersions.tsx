import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { mailingKeys, restoreTemplate, type Template, templateVersionsQuery } from '@/api/mailings';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { formatDateTime } from '@/lib/time';

export function TemplateVersions({ template }: { template: Template }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const versions = useQuery(templateVersionsQuery(template.id));
  const restore = useMutation({
    mutationFn: (version: number) => restoreTemplate(template.id, version),
    onSuccess: (changed) => {
      queryClient.setQueryData(mailingKeys.template(template.id), changed);
      void queryClient.invalidateQueries({ queryKey: mailingKeys.templates });
      void queryClient.invalidateQueries({ queryKey: mailingKeys.template(template.id) });
      showToast('success', t('mailings.saved', { version: changed.version }));
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Panel flush title={t('mailings.versions')}>
      <QueryState query={versions} rows={2} />
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' }}>
        {versions.data?.map((version) => (
          <Box
            component="li"
            key={version.version}
            sx={{
              display: 'flex',
              alignItems: 'center',
              gap: 1.5,
              px: 2,
              minHeight: 42,
              borderBottom: 1,
              borderColor: 'divider',
              '&:last-of-type': { borderBottom: 0 },
            }}
          >
            <Box sx={{ fontWeight: 580, width: 36 }}>{t('ticket.version', { version: version.version })}</Box>
            <Box sx={{ flex: 1, color: 'text.secondary' }}>
              {version.edited_by
                ? t('mailings.editedBy', {
                    name: version.edited_by.full_name,
                    time: formatDateTime(version.created_at),
                  })
                : t('mailings.shipped')}
            </Box>
            {version.version !== template.version && (
              <Button
                variant="text"
                color="inherit"
                loading={restore.isPending && restore.variables === version.version}
                onClick={() => restore.mutate(version.version)}
                aria-label={t('mailings.restoreNamed', { version: version.version })}
              >
                {t('mailings.restore')}
              </Button>
            )}
          </Box>
        ))}
      </Box>
    </Panel>
  );
}
