import '@/i18n/identity';
import { Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  dismissNotification,
  markAllRead,
  markRead,
  NOTIFICATION_PAGE_SIZE,
  notificationKeys,
  notificationPageQuery,
} from '@/api/notifications';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { ListBox } from '@/components/ui/ListBox';
import { List, Page, Row } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { NotificationRow } from '@/features/notifications/NotificationRow';
import { IconBellOff, IconSettings } from '@/lib/icons';
import { useUrlFilters } from '@/lib/useUrlFilters';

/** Everything the bell told of, to search and to clear away. */
export function NotificationsPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const filters = useUrlFilters();
  const state = filters.text('state');
  const list = useQuery(
    notificationPageQuery({
      search: filters.text('search'),
      is_read: state === 'unread' ? 'false' : state === 'read' ? 'true' : '',
      page: filters.page,
    }),
  );
  const after = {
    onError: (error: unknown) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: notificationKeys.all }),
  };
  const read = useMutation({ mutationFn: markRead, ...after });
  const readAll = useMutation({
    mutationFn: () => markAllRead({ search: filters.text('search') }),
    ...after,
  });
  const dismiss = useMutation({ mutationFn: dismissNotification, ...after });
  const isFiltered = state !== '' || filters.text('search') !== '';
  return (
    <Page width={820}>
      <PageHeader
        title={t('bell.title')}
        actions={
          <>
            <Button
              component={Link}
              to="/profile?tab=notifications"
              variant="outlined"
              startIcon={<IconSettings size={16} />}
            >
              {t('notifications.settings')}
            </Button>
            <Button
              variant="outlined"
              loading={readAll.isPending}
              // What was read already is all that is listed.
              disabled={state === 'read'}
              onClick={() => readAll.mutate()}
            >
              {t('bell.readAll')}
            </Button>
          </>
        }
      />
      <Row gap={1} mb={1.5}>
        <SearchField
          value={filters.text('search')}
          label={t('notifications.search')}
          onChange={(search) => filters.change({ search })}
        />
        <ChoiceFilter
          label={t('notifications.show')}
          all={t('notifications.all')}
          options={[
            { value: 'unread', label: t('notifications.unread') },
            { value: 'read', label: t('notifications.read') },
          ]}
          value={state}
          onChange={(next) => filters.change({ state: next })}
        />
      </Row>
      <ListBox busy={list.isFetching}>
        <QueryState query={list} rows={6} height={56} />
        {list.data?.results.length === 0 && (
          <EmptyState
            icon={<IconBellOff size={22} />}
            title={t(isFiltered ? 'inbox.noMatch' : 'bell.empty')}
            hint={isFiltered ? undefined : t('bell.emptyHint')}
          />
        )}
        <List>
          {list.data?.results.map((notification) => (
            <NotificationRow
              key={notification.id}
              notification={notification}
              onRead={() => read.mutate(notification.id)}
              onDismiss={() => dismiss.mutate(notification.id)}
            />
          ))}
        </List>
      </ListBox>
      {list.data && (
        <Pager
          page={filters.page}
          pageSize={NOTIFICATION_PAGE_SIZE}
          count={list.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
    </Page>
  );
}
