import '@/i18n/identity';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import { acceptInvitation, lookUpInvitation } from '@/api/passwords';
import { toProblem } from '@/api/problem';
import { Text } from '@/components/ui/layout';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { ChoosePassword } from '@/features/account/ChoosePassword';
import { LoginLayout } from '@/features/account/LoginLayout';
import { formatDateTime } from '@/lib/time';

export function InvitePage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const [isUsed, setUsed] = useState(false);
  const invited = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => lookUpInvitation(token),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isUsed || (invited.isError && toProblem(invited.error).status === 400)) {
    return (
      <LoginLayout title={t('invite.invalidTitle')} hint={t('invite.invalidHint')}>
        {null}
      </LoginLayout>
    );
  }
  if (!invited.data) {
    return (
      <LoginLayout title={t('invite.loading')} hint="">
        {invited.isError ? (
          <ErrorState error={invited.error} onRetry={() => invited.refetch()} />
        ) : (
          <LoadingRows rows={3} />
        )}
      </LoginLayout>
    );
  }
  const { full_name, email, expires_at } = invited.data;
  return (
    <LoginLayout title={t('invite.title', { name: full_name })} hint={t('invite.hint', { email })}>
      <ChoosePassword
        submit={t('invite.submit')}
        notice="invitationAccepted"
        aboutYou={[full_name, email]}
        save={(password) => acceptInvitation({ token, password })}
        onLinkInvalid={() => setUsed(true)}
      />
      <Text variant="hint" mt={2}>
        {t('invite.until', { time: formatDateTime(expires_at) })}
      </Text>
    </LoginLayout>
  );
}
