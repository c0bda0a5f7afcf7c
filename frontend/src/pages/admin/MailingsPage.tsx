import '@/i18n/people';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { DeliveriesTab } from '@/features/mailings/DeliveriesTab';
import { TemplatesTab } from '@/features/mailings/TemplatesTab';

export function MailingsPage() {
  const { t } = useTranslation();
  return (
    <Box sx={{ maxWidth: 1320, mx: 'auto' }}>
      <PageHeader title={t('mailings.title')} />
      <UrlTabs
        label={t('mailings.title')}
        tabs={[
          { value: 'templates', label: t('mailings.tab.templates'), render: () => <TemplatesTab /> },
          { value: 'log', label: t('mailings.tab.log'), render: () => <DeliveriesTab /> },
        ]}
      />
    </Box>
  );
}
