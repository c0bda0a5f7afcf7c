import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { localTarget, notificationListQuery } from '@/api/notifications';
import { List, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { QueryState } from '@/components/ui/States';
import { IconArrowRight } from '@/lib/icons';
import { formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';

const ACTIVITY_SHOWN = 7;

/** The newest notifications: who asked, what came back, what is late. */
export function Activity() {
  const { t } = useTranslation();
  const now = useNow();
  const list = useQuery(notificationListQuery());
  const notifications = list.data?.results.slice(0, ACTIVITY_SHOWN) ?? [];
  return (
    <Panel
      flush
      title={t('home.activity')}
      action={
        <Button
          component={Link}
          to="/notifications"
          variant="text"
          color="inherit"
          endIcon={<IconArrowRight size={14} />}
        >
          {t('home.showAll')}
        </Button>
      }
    >
      <QueryState query={list} rows={5} />
      {list.data && notifications.length === 0 && (
        <Box sx={{ px: 2, py: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>
          {t('home.activityEmpty')}
        </Box>
      )}
      <List>
        {notifications.map((notification) => (
          <Box
            component="li"
            key={notification.id}
            sx={{ borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
          >
            <Box
              component={Link}
              to={localTarget(notification.link) ?? '/notifications'}
              sx={{
                display: 'grid',
                gap: 0.125,
                px: 2,
                py: 1,
                color: 'text.primary',
                textDecoration: 'none',
                fontSize: '0.8125rem',
                '&:hover': { bgcolor: 'surface.hover' },
                '&:focus-visible': { outlineOffset: -2 },
              }}
            >
              <Box
                component="span"
                sx={{ fontWeight: notification.is_read ? 450 : 580, overflowWrap: 'anywhere' }}
              >
                {notification.subject}
              </Box>
              <Text component="time" dateTime={notification.created_at} variant="hint">
                {formatRelative(notification.created_at, now)}
              </Text>
            </Box>
          </Box>
        ))}
      </List>
    </Panel>
  );
}
