import { Page } from '@/components/ui/layout';
import '@/i18n/people';
import { Button } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { ImportDialog } from '@/features/people/ImportDialog';
import { InvitationList } from '@/features/people/InvitationList';
import { NewPersonDialog } from '@/features/people/NewPersonDialog';
import { PeopleList } from '@/features/people/PeopleList';
import { IconUpload, IconUserPlus } from '@/lib/icons';

export function PeoplePage() {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'new' | 'import' | null>(null);
  const close = () => setDialog(null);
  return (
    <Page width={1320}>
      <PageHeader
        title={t('people.title')}
        actions={
          <>
            <Button
              variant="outlined"
              startIcon={<IconUpload size={16} />}
              onClick={() => setDialog('import')}
            >
              {t('people.import')}
            </Button>
            <Button
              variant="contained"
              startIcon={<IconUserPlus size={16} />}
              onClick={() => setDialog('new')}
            >
              {t('people.new')}
            </Button>
          </>
        }
      />
      <UrlTabs
        label={t('people.title')}
        tabs={[
          { value: 'people', label: t('people.tab.people'), render: () => <PeopleList /> },
          { value: 'invitations', label: t('people.tab.invitations'), render: () => <InvitationList /> },
        ]}
      />
      {dialog === 'new' && <NewPersonDialog onClose={close} />}
      {dialog === 'import' && <ImportDialog onClose={close} />}
    </Page>
  );
}
