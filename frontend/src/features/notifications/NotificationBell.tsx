import { Box, IconButton } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unreadCountQuery } from '@/api/notifications';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconBell } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';

const NotificationPopover = lazyPart(() => import('./NotificationPopover'), 'NotificationPopover');

export function NotificationBell() {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isUsed, setUsed] = useState(false);
  const unread = useQuery(unreadCountQuery());
  const count = unread.data ?? 0;
  const label = count > 0 ? t('bell.unread', { count }) : t('bell.title');
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={label}
          aria-haspopup="dialog"
          aria-expanded={anchor !== null}
          onClick={(event) => {
            setUsed(true);
            setAnchor(event.currentTarget);
          }}
        >
          <IconBell size={18} />
          {count > 0 && (
            <Box
              component="span"
              aria-hidden
              sx={{
                position: 'absolute',
                top: 1,
                insetInlineEnd: 0,
                minWidth: 15,
                height: 15,
                px: 0.5,
                borderRadius: 2,
                fontSize: 9.5,
                fontWeight: 650,
                lineHeight: '15px',
                textAlign: 'center',
                bgcolor: 'error.main',
                color: 'error.contrastText',
              }}
            >
              {count > 99 ? '99+' : count}
            </Box>
          )}
        </IconButton>
      </Tooltip>
      {isUsed && (
        <Suspense fallback={null}>
          <NotificationPopover anchor={anchor} unread={count} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  );
}
