import '@/i18n/people';
import { Box, Button } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconUpload, IconUserPlus } from '@/components/ui/icons';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { ImportDialog } from './ImportDialog';
import { InvitationList } from './InvitationList';
import { NewPersonDialog } from './NewPersonDialog';
import { PeopleList } from './PeopleList';

export function PeoplePage() {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'new' | 'import' | null>(null);
  const close = () => setDialog(null);
  return (
    <Box sx={{ maxWidth: 1320, mx: 'auto' }}>
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
    </Box>
  );
}
