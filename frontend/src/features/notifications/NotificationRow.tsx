import '@/i18n/identity';
import { Box, IconButton } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { localTarget, type Notification } from '@/api/notifications';
import { Grow, Text, VisuallyHidden } from '@/components/ui/layout';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconCheck, IconX } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { UnreadDot } from './UnreadDot';

interface RowProps {
  notification: Notification;
  onRead: () => void;
  onDismiss: () => void;
}

export function NotificationRow({ notification, onRead, onDismiss }: RowProps) {
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
      <UnreadDot isRead={notification.is_read} />
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
