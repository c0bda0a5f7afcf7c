import '@/i18n/identity';
import '@/i18n/calendarFeeds';
import { Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { UrlTabs } from '@/components/ui/UrlTabs';
import { isAgent, useSession, useUser } from '@/context/SessionContext';
import { AboutTab } from '@/features/account/AboutTab';
import { AppearanceTab } from '@/features/account/AppearanceTab';
import { AvailabilityTab } from '@/features/account/AvailabilityTab';
import { CalendarTab } from '@/features/account/CalendarTab';
import { NotificationsTab } from '@/features/account/NotificationsTab';
import { SecurityTab } from '@/features/account/SecurityTab';
import { SessionsTab } from '@/features/account/SessionsTab';
import { IconLogout } from '@/lib/icons';

export function ProfilePage() {
  const { t } = useTranslation();
  const user = useUser();
  const { signOut } = useSession();
  const worksOnTickets = isAgent(user);
  return (
    <Page width={820}>
      <PageHeader
        title={t('nav.profile')}
        actions={
          <Button variant="outlined" startIcon={<IconLogout size={16} />} onClick={() => void signOut()}>
            {t('action.signOut')}
          </Button>
        }
      />
      <UrlTabs
        label={t('nav.profile')}
        tabs={[
          { value: 'about', label: t('account.tab.about'), render: () => <AboutTab /> },
          { value: 'security', label: t('account.tab.security'), render: () => <SecurityTab /> },
          { value: 'sessions', label: t('account.tab.sessions'), render: () => <SessionsTab /> },
          {
            value: 'notifications',
            label: t('account.tab.notifications'),
            render: () => <NotificationsTab />,
          },
          ...(worksOnTickets
            ? [
                {
                  value: 'availability',
                  label: t('account.tab.availability'),
                  render: () => <AvailabilityTab />,
                },
                { value: 'calendar', label: t('feeds.tab'), render: () => <CalendarTab /> },
              ]
            : []),
          { value: 'appearance', label: t('account.tab.appearance'), render: () => <AppearanceTab /> },
        ]}
      />
    </Page>
  );
}
