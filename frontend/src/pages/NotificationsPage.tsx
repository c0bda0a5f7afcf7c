import { Box, Button, IconButton } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  dismissNotification,
  localTarget,
  markAllRead,
  markRead,
  NOTICE_PAGE_SIZE,
  type Notification,
  notificationKeys,
  notificationPageQuery,
} from '@/api/notifications';
import { ChoiceFilter } from '@/components/ui/ChoiceFilter';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { showToast } from '@/components/ui/toast';
import { visuallyHidden } from '@/components/ui/visuallyHidden';
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
    <Box sx={{ maxWidth: 820, mx: 'auto' }}>
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
              {t('notices.settings')}
            </Button>
            <Button variant="outlined" loading={readAll.isPending} onClick={() => readAll.mutate()}>
              {t('bell.readAll')}
            </Button>
          </>
        }
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1.5 }}>
        <SearchField
          value={filters.text('search')}
          label={t('notices.search')}
          onChange={(search) => filters.change({ search })}
        />
        <ChoiceFilter
          label={t('notices.show')}
          all={t('notices.all')}
          options={[
            { value: 'unread', label: t('notices.unread') },
            { value: 'read', label: t('notices.read') },
          ]}
          value={state}
          onChange={(next) => filters.change({ state: next })}
        />
      </Box>
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
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {list.data?.results.map((notice) => (
            <Notice
              key={notice.id}
              notice={notice}
              onRead={() => read.mutate(notice.id)}
              onDismiss={() => dismiss.mutate(notice.id)}
            />
          ))}
        </Box>
      </ListBox>
      {list.data && (
        <Pager
          page={filters.page}
          pageSize={NOTICE_PAGE_SIZE}
          count={list.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
    </Box>
  );
}

interface NoticeProps {
  notice: Notification;
  onRead: () => void;
  onDismiss: () => void;
}

function Notice({ notice, onRead, onDismiss }: NoticeProps) {
  const { t } = useTranslation();
  const now = useNow();
  const target = localTarget(notice.link);
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
          bgcolor: notice.is_read ? 'transparent' : 'primary.main',
        }}
      />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ fontSize: '0.8125rem', fontWeight: notice.is_read ? 450 : 600 }}>
          {target ? (
            <Box
              component={Link}
              to={target}
              onClick={() => !notice.is_read && onRead()}
              sx={{ color: 'inherit', textDecoration: 'none', '&:hover': { textDecoration: 'underline' } }}
            >
              {notice.subject}
            </Box>
          ) : (
            notice.subject
          )}
          {!notice.is_read && (
            <Box component="span" sx={visuallyHidden}>
              {t('bell.new')}
            </Box>
          )}
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
          {notice.message}
        </Box>
        <Box
          component="time"
          dateTime={notice.created_at}
          title={formatDateTime(notice.created_at)}
          sx={{ fontSize: '0.6875rem', color: 'text.secondary' }}
        >
          {formatRelative(notice.created_at, now)}
        </Box>
      </Box>
      {!notice.is_read && (
        <Tooltip title={t('notices.markRead')}>
          <IconButton aria-label={t('notices.markReadNamed', { subject: notice.subject })} onClick={onRead}>
            <IconCheck size={16} />
          </IconButton>
        </Tooltip>
      )}
      <Tooltip title={t('notices.dismiss')}>
        <IconButton aria-label={t('notices.dismissNamed', { subject: notice.subject })} onClick={onDismiss}>
          <IconX size={16} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
