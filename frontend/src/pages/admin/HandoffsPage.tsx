import { Page } from '@/components/ui/layout';
import '@/i18n/engine';
import { useTranslation } from 'react-i18next';
import { SYSTEMS } from '@/api/handoffs';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { Checkouts } from '@/features/handoffs/Checkouts';
export function HandoffsPage() {
  const { t } = useTranslation();
  return (
    <Page width={1480}>
      <PageHeader title={t('handoffs.title')} />
      <UrlTabs
        label={t('handoffs.tabs')}
        tabs={SYSTEMS.map((system) => ({
          value: system,
          label: t(`handoffs.system.${system}`),
          render: () => <Checkouts key={system} system={system} />,
        }))}
      />
    </Page>
  );
}
