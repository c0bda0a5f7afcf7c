import '@/i18n/identity';
import { Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Session } from '@/api/account';
import { Badge } from '@/components/ui/Badge';
import { List, Text } from '@/components/ui/layout';
import { IconDeviceDesktop, IconDeviceMobile } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';

interface Props {
  label: string;
  sessions: Session[];
  ending: string | null;
  onEnd: (session: Session) => void;
}

const MOBILE = /android|iphone|ipad|mobile/i;

/** Where somebody is signed in; the session one looks from cannot be ended here. */
export function SessionList({ label, sessions, ending, onEnd }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <List aria-label={label}>
      {sessions.map((session) => {
        const Icon = MOBILE.test(session.device) ? IconDeviceMobile : IconDeviceDesktop;
        return (
          <Box
            component="li"
            key={session.sid}
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              gap: 1.5,
              px: 2,
              py: 1.25,
              borderBottom: 1,
              borderColor: 'divider',
              '&:last-of-type': { borderBottom: 0 },
              '& > svg': { color: 'text.secondary', flexShrink: 0 },
            }}
          >
            <Icon size={20} aria-hidden />
            <Box sx={{ flex: '1 1 220px', minWidth: 0, fontSize: '0.8125rem' }}>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, fontWeight: 580 }}>
                {session.device || t('sessions.unknownDevice')}
                {session.is_current && <Badge tone="green">{t('sessions.this')}</Badge>}
              </Box>
              <Text variant="hint">
                {[
                  session.address,
                  t('sessions.seen', { when: formatRelative(session.last_seen_at, now) }),
                  t('sessions.since', { when: formatDateTime(session.created_at) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Box>
            {!session.is_current && (
              <Button
                variant="outlined"
                loading={ending === session.sid}
                onClick={() => onEnd(session)}
                aria-label={t('sessions.endNamed', {
                  device: session.device || t('sessions.unknownDevice'),
                })}
              >
                {t('sessions.end')}
              </Button>
            )}
          </Box>
        );
      })}
    </List>
  );
}
