import { Box, Button, IconButton, Tooltip } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  dismissNotification,
  localTarget,
  markAllRead,
  markRead,
  NOTIFICATION_PAGE_SIZE,
  type Notification,
  notificationKeys,
  notificationPageQuery,
} from '@/api/notifications';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { ListBox } from '@/components/ui/ListBox';
import { Grow, List, Page, Row, Text, VisuallyHidden } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconBellOff, IconCheck, IconSettings, IconX } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
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
  const readAll = useMutation({ mutationFn: markAllRead, ...after });
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
            <Button variant="outlined" loading={readAll.isPending} onClick={() => readAll.mutate()}>
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
        {list.isPending && <LoadingRows rows={6} height={56} />}
        {list.isError && <ErrorState error={list.error} onRetry={() => list.refetch()} />}
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

interface RowProps {
  notification: Notification;
  onRead: () => void;
  onDismiss: () => void;
}

function NotificationRow({ notification, onRead, onDismiss }: RowProps) {
  const { t } = useTranslation();
  const now = useNow();
  const target = localTarget(notification.link);
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        gap: 1.25,
        px: 2,
        py: 1.25,
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '&:hover': { bgcolor: 'surface.hover' },
      }}
    >
      <Box
        aria-hidden
        sx={{
          mt: 0.875,
          width: 7,
          height: 7,
          borderRadius: '50%',
          flexShrink: 0,
          bgcolor: notification.is_read ? 'transparent' : 'primary.main',
        }}
      />
      <Grow>
        <Box sx={{ fontSize: '0.8125rem', fontWeight: notification.is_read ? 450 : 600 }}>
          {target ? (
            <Box
              component={Link}
              to={target}
              onClick={() => !notification.is_read && onRead()}
              sx={{ color: 'inherit', textDecoration: 'none', '&:hover': { textDecoration: 'underline' } }}
            >
              {notification.subject}
            </Box>
          ) : (
            notification.subject
          )}
          {!notification.is_read && <VisuallyHidden>{t('bell.new')}</VisuallyHidden>}
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
          {notification.message}
        </Box>
        <Text
          component="time"
          dateTime={notification.created_at}
          title={formatDateTime(notification.created_at)}
          variant="tiny"
        >
          {formatRelative(notification.created_at, now)}
        </Text>
      </Grow>
      {!notification.is_read && (
        <Tooltip title={t('notifications.markRead')}>
          <IconButton
            aria-label={t('notifications.markReadNamed', { subject: notification.subject })}
            onClick={onRead}
          >
            <IconCheck size={16} />
          </IconButton>
        </Tooltip>
      )}
      <Tooltip title={t('notifications.dismiss')}>
        <IconButton
          aria-label={t('notifications.dismissNamed', { subject: notification.subject })}
          onClick={onDismiss}
        >
          <IconX size={16} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
