import { Alert, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Stack } from '@/components/ui/layout';
import { useSession } from '@/context/SessionContext';
import { IconFingerprint } from '@/lib/icons';
import { loadCode } from '@/lib/loadCode';
import { browserProblem } from './passkeyProblem';
import { signInProblem } from './signInProblem';

interface Props {
  label: string;
  /** Of the second step; without it the passkey signs in alone. */
  challenge?: string;
  isPrimary?: boolean;
}

/** Asks the browser for a passkey and signs in with it. What went wrong is said above the button. */
export function PasskeyButton({ label, challenge, isPrimary = false }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const signIn = useMutation({
    mutationFn: async () => {
      const { signInWithPasskey } = await loadCode(() => import('./webauthn'));
      return signInWithPasskey(challenge);
    },
    onSuccess: (answer) => session.accept(answer.access),
  });
  const byBrowser = browserProblem(signIn.error, t);
  const message = byBrowser
    ? { severity: 'warning' as const, text: byBrowser }
    : signIn.isError
      ? signInProblem(signIn.error, t, 'passkey')
      : null;
  return (
    <Stack gap={1.5}>
      {message && (
        <Alert severity={message.severity} role="alert">
          {message.text}
        </Alert>
      )}
      <Button
        variant={isPrimary ? 'contained' : 'outlined'}
        startIcon={<IconFingerprint size={17} />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
        sx={{ minHeight: 38 }}
      >
        {label}
      </Button>
    </Stack>
  );
}
