import { Page } from '@/components/ui/layout';
import '@/i18n/engine';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { Ledger } from '@/features/intake/Ledger';
import { UnmatchedList } from '@/features/intake/UnmatchedList';

/** Every message that came in, and the tickets that found no workflow. */
export function IntakePage() {
  const { t } = useTranslation();
  return (
    <Page width={1480}>
      <PageHeader title={t('intake.title')} />
      <UrlTabs
        label={t('intake.tabs')}
        tabs={[
          { value: 'ledger', label: t('intake.ledger'), render: () => <Ledger /> },
          { value: 'unmatched', label: t('intake.unmatched'), render: () => <UnmatchedList /> },
        ]}
      />
    </Page>
  );
}
