import { Page } from '@/components/ui/layout';
import '@/i18n/inboundMail';
import '@/i18n/people';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { DeliveriesTab } from '@/features/mailings/DeliveriesTab';
import { InboundMailTab } from '@/features/mailings/InboundMailTab';
import { TemplatesTab } from '@/features/mailings/TemplatesTab';

export function MailingsPage() {
  const { t } = useTranslation();
  return (
    <Page width={1320}>
      <PageHeader title={t('mailings.title')} />
      <UrlTabs
        label={t('mailings.title')}
        tabs={[
          { value: 'templates', label: t('mailings.tab.templates'), render: () => <TemplatesTab /> },
          { value: 'log', label: t('mailings.tab.log'), render: () => <DeliveriesTab /> },
          { value: 'inbound', label: t('inboundMail.tab'), render: () => <InboundMailTab /> },
        ]}
      />
    </Page>
  );
}
