import '@/i18n/passkeys';
import { Alert, Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ownPasswordQuery } from '@/api/account';
import { type Passkey, passkeysQuery } from '@/api/passkeys';
import { Badge } from '@/components/ui/Badge';
import { List, Row, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { IconFingerprint } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { AddPasskey, RemovePasskey, RenamePasskey } from './PasskeyDialogs';
import { canUsePasskeys } from './webauthn';

type Asking = { what: 'add' } | { what: 'rename' | 'remove'; passkey: Passkey };

export function Passkeys() {
  const { t } = useTranslation();
  const passkeys = useQuery(passkeysQuery());
  const password = useQuery(ownPasswordQuery());
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  if (passkeys.isError) return <ErrorState error={passkeys.error} onRetry={() => passkeys.refetch()} />;
  if (!passkeys.data) return <LoadingRows rows={3} />;
  const isSupported = canUsePasskeys();
  const hasPassword = password.data?.has_password !== false;
  return (
    <Panel title={t('passkeys.title')}>
      <Box sx={{ display: 'grid', gap: 1.5, fontSize: '0.8125rem' }}>
        <Text variant="inherit" color="text.secondary">
          {t('passkeys.hint')}
        </Text>
        {passkeys.data.length === 0 && <Text variant="hint">{t('passkeys.none')}</Text>}
        {passkeys.data.length > 0 && (
          <List aria-label={t('passkeys.title')}>
            {passkeys.data.map((passkey) => (
              <PasskeyRow
                key={passkey.id}
                passkey={passkey}
                onAsk={(what) => setAsking({ what, passkey })}
                isRemovable={hasPassword}
              />
            ))}
          </List>
        )}
        {!isSupported && <Alert severity="info">{t('passkey.unsupported')}</Alert>}
        {!hasPassword && <Alert severity="info">{t('passkeys.needsPassword')}</Alert>}
        {isSupported && hasPassword && (
          <Row gap={1}>
            <Button variant="contained" onClick={() => setAsking({ what: 'add' })}>
              {t('passkeys.add')}
            </Button>
          </Row>
        )}
      </Box>
      {asking?.what === 'add' && <AddPasskey onClose={close} />}
      {asking?.what === 'rename' && <RenamePasskey passkey={asking.passkey} onClose={close} />}
      {asking?.what === 'remove' && <RemovePasskey passkey={asking.passkey} onClose={close} />}
    </Panel>
  );
}

interface RowProps {
  passkey: Passkey;
  isRemovable: boolean;
  onAsk: (what: 'rename' | 'remove') => void;
}

function PasskeyRow({ passkey, isRemovable, onAsk }: RowProps) {
  const { t } = useTranslation();
  const now = useNow();
  const { name, last_used_at } = passkey;
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        py: 1.25,
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '& > svg': { color: 'text.secondary', flexShrink: 0 },
      }}
    >
      <IconFingerprint size={20} aria-hidden />
      <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
        <Row gap={1}>
          <Box component="span" sx={{ fontWeight: 580, overflowWrap: 'anywhere' }}>
            {name}
          </Box>
          {passkey.is_backed_up && <Badge tone="grey">{t('passkeys.synced')}</Badge>}
        </Row>
        <Text variant="hint">
          {[
            t('passkeys.added', { when: formatDateTime(passkey.created_at) }),
            last_used_at
              ? t('passkeys.used', { when: formatRelative(last_used_at, now) })
              : t('passkeys.neverUsed'),
          ].join(' · ')}
        </Text>
      </Box>
      <Row gap={1}>
        <Button
          variant="outlined"
          aria-label={t('passkeys.renameNamed', { name })}
          onClick={() => onAsk('rename')}
        >
          {t('passkeys.rename')}
        </Button>
        {isRemovable && (
          <Button
            variant="outlined"
            color="error"
            aria-label={t('passkeys.removeNamed', { name })}
            onClick={() => onAsk('remove')}
          >
            {t('passkeys.remove')}
          </Button>
        )}
      </Row>
    </Box>
  );
}
