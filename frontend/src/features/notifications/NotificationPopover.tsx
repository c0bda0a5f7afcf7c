import { Box, Button, Popover, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import type { Page } from '@/api/client';
import {
  localTarget,
  markAllRead,
  markRead,
  type Notification,
  notificationKeys,
  notificationListQuery,
} from '@/api/notifications';
import { Grow, Text, VisuallyHidden } from '@/components/ui/layout';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconBellOff } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { UnreadDot } from './UnreadDot';

interface Props {
  anchor: HTMLElement | null;
  unread: number;
  onClose: () => void;
}

/** The newest notifications, under the bell. */
export function NotificationPopover({ anchor, unread, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Popover
      open={anchor !== null}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      slotProps={{
        paper: {
          sx: { width: 'min(400px, calc(100vw - 24px))', mt: 0.75, overflow: 'hidden' },
          role: 'dialog',
          'aria-label': t('bell.title'),
        },
      }}
    >
      <BellList onLeave={onClose} unread={unread} />
    </Popover>
  );
}

function BellList({ onLeave, unread }: { onLeave: () => void; unread: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  const queryClient = useQueryClient();
  const list = useQuery({ ...notificationListQuery(), staleTime: 0 });
  const refresh = () => queryClient.invalidateQueries({ queryKey: notificationKeys.all });

  const read = useMutation({
    mutationFn: markRead,
    onMutate: (notificationId) => {
      queryClient.setQueryData<Page<Notification>>(
        notificationKeys.list,
        (page) =>
          page && {
            ...page,
            results: page.results.map((each) =>
              each.id === notificationId ? { ...each, is_read: true } : each,
            ),
          },
      );
      queryClient.setQueryData<number>(notificationKeys.unread, (count) => Math.max(0, (count ?? 1) - 1));
    },
    onSettled: refresh,
  });
  const readAll = useMutation({ mutationFn: () => markAllRead(), onSettled: refresh });

  const open = (notification: Notification) => {
    if (!notification.is_read) read.mutate(notification.id);
    const target = localTarget(notification.link);
    if (target) {
      onLeave();
      navigate(target);
    }
  };

  return (
    <>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          justifyContent: 'space-between',
          paddingInlineStart: 2,
          paddingInlineEnd: 1,
          minHeight: 44,
          borderBottom: 1,
          borderColor: 'divider',
        }}
      >
        <Typography variant="h3" component="h2">
          {t('bell.title')}
        </Typography>
        <Button
          variant="text"
          color="inherit"
          disabled={unread === 0 || readAll.isPending}
          onClick={() => readAll.mutate()}
        >
          {t('bell.readAll')}
        </Button>
      </Box>
      <Box sx={{ maxHeight: 'min(60vh, 460px)', overflowY: 'auto' }}>
        <QueryState query={list} rows={4} height={52} />
        {list.data?.results.length === 0 && (
          <EmptyState icon={<IconBellOff size={22} />} title={t('bell.empty')} hint={t('bell.emptyHint')} />
        )}
        {list.data?.results.map((notification) => (
          <Box
            key={notification.id}
            component="button"
            type="button"
            onClick={() => open(notification)}
            sx={{
              display: 'flex',
              gap: 1.25,
              width: '100%',
              textAlign: 'start',
              font: 'inherit',
              color: 'inherit',
              border: 0,
              borderBottom: 1,
              borderStyle: 'solid',
              borderColor: 'divider',
              borderWidth: '0 0 1px',
              bgcolor: 'transparent',
              px: 2,
              py: 1.25,
              cursor: 'pointer',
              '&:hover': { bgcolor: 'surface.hover' },
              '&:focus-visible': { outlineOffset: -2 },
            }}
          >
            <UnreadDot isRead={notification.is_read} />
            <Grow>
              <Box sx={{ fontSize: '0.8125rem', fontWeight: notification.is_read ? 450 : 600 }}>
                {notification.subject}
                {!notification.is_read && <VisuallyHidden>{t('bell.new')}</VisuallyHidden>}
              </Box>
              <Box
                sx={{
                  fontSize: '0.75rem',
                  color: 'text.secondary',
                  display: '-webkit-box',
                  WebkitLineClamp: 2,
                  WebkitBoxOrient: 'vertical',
                  overflow: 'hidden',
                }}
              >
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
          </Box>
        ))}
      </Box>
      <Box sx={{ borderTop: 1, borderColor: 'divider', p: 0.5, textAlign: 'center' }}>
        <Button
          variant="text"
          color="inherit"
          onClick={() => {
            onLeave();
            navigate('/notifications');
          }}
        >
          {t('bell.showAll')}
        </Button>
      </Box>
    </>
  );
}
