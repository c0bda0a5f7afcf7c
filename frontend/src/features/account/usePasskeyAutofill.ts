import { useEffect, useState } from 'react';
import { useSession } from '@/context/SessionContext';
import { loadCode } from '@/lib/loadCode';

/**
 * Lets the browser offer passkeys among what it fills into the field for the name, as long as `isOffered`. Returns why
 * the server refused the passkey that was chosen. What keeps the browser from offering any is not told: nobody asked.
 */
export function usePasskeyAutofill(isOffered: boolean): unknown {
  const { accept } = useSession();
  const [refusal, setRefusal] = useState<unknown>(null);
  useEffect(() => {
    if (!isOffered) return;
    const stop = new AbortController();
    async function offer() {
      if (!(await canOffer()) || stop.signal.aborted) return;
      const { offerPasskeys } = await loadCode(() => import('./webauthn'));
      const finish = await offerPasskeys(stop.signal);
      if (!finish) return;
      try {
        accept((await finish()).access);
      } catch (error) {
        setRefusal(error);
      }
    }
    offer().catch(() => {});
    return () => {
      stop.abort();
      setRefusal(null);
    };
  }, [isOffered, accept]);
  return refusal;
}

async function canOffer(): Promise<boolean> {
  if (!window.isSecureContext) return false;
  return (await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) ?? false;
}
