import { Page } from '@/components/ui/layout';
import '@/i18n/people';
import '@/i18n/privacy';
import '@/i18n/retention';
import '@/i18n/signIn';
import '@/i18n/webhooks';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { ApiKeysTab } from '@/features/system/ApiKeysTab';
import { DeadLettersTab } from '@/features/system/DeadLettersTab';
import { DriftTab } from '@/features/system/DriftTab';
import { HealthTab } from '@/features/system/HealthTab';
import { PrivacyTab } from '@/features/system/PrivacyTab';
import { RetentionTab } from '@/features/system/RetentionTab';
import { SecurityEventsTab } from '@/features/system/SecurityEventsTab';
import { SignInTab } from '@/features/system/SignInTab';
import { WebhooksTab } from '@/features/system/WebhooksTab';

export function SystemPage() {
  const { t } = useTranslation();
  return (
    <Page width={1320}>
      <PageHeader title={t('system.title')} />
      <UrlTabs
        label={t('system.title')}
        tabs={[
          { value: 'health', label: t('system.tab.health'), render: () => <HealthTab /> },
          { value: 'events', label: t('system.tab.events'), render: () => <SecurityEventsTab /> },
          { value: 'sign-in', label: t('signIn.tab'), render: () => <SignInTab /> },
          { value: 'keys', label: t('system.tab.keys'), render: () => <ApiKeysTab /> },
          { value: 'webhooks', label: t('webhooks.tab'), render: () => <WebhooksTab /> },
          { value: 'privacy', label: t('privacy.tab'), render: () => <PrivacyTab /> },
          { value: 'dead', label: t('system.tab.dead'), render: () => <DeadLettersTab /> },
          { value: 'retention', label: t('retention.tab'), render: () => <RetentionTab /> },
          { value: 'drift', label: t('system.tab.drift'), render: () => <DriftTab /> },
        ]}
      />
    </Page>
  );
}
