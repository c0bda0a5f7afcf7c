import { Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile } from '@/api/account';
import { actOnPerson, type PersonAction, peopleKeys, sendResetLink } from '@/api/people';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { PageHeader } from '@/components/ui/PageHeader';
import { PersonAvatar } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { IconKey, IconLockOpen, IconUserCheck, IconUserOff } from '@/lib/icons';
import { DeactivateDialog } from './DeactivateDialog';
import { PersonBadges } from './PersonBadges';

export function PersonHeader({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<'deactivate' | 'reset' | 'otp' | null>(null);
  const act = useMutation({
    mutationFn: (action: PersonAction) => actOnPerson(person.user_id, action),
    onSuccess: (changed, action) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), changed);
      void queryClient.invalidateQueries({ queryKey: peopleKeys.list });
      showToast('success', t(`people.done.${action}`, { name: person.full_name }));
    },
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => setAsking(null),
  });
  const reset = useMutation({
    mutationFn: () => sendResetLink(person.user_id, false),
    onSuccess: () => showToast('success', t('people.done.reset', { name: person.full_name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => setAsking(null),
  });
  return (
    <>
      <PageHeader
        title={person.full_name}
        breadcrumbs={[{ label: t('people.title'), to: '/admin/agents' }]}
        beside={
          <>
            <PersonAvatar person={person} size={28} picture={person.avatar_url || undefined} />
            <PersonBadges person={person} />
          </>
        }
        actions={
          <>
            {person.is_locked && (
              <Button
                variant="contained"
                startIcon={<IconLockOpen size={16} />}
                loading={act.isPending && act.variables === 'unlock'}
                onClick={() => act.mutate('unlock')}
              >
                {t('people.unlock')}
              </Button>
            )}
            {person.is_active && (
              <Button variant="outlined" startIcon={<IconKey size={16} />} onClick={() => setAsking('reset')}>
                {t('people.resetPassword')}
              </Button>
            )}
            {(person.otp_method !== 'none' || person.passkeys > 0) && (
              <Button variant="outlined" onClick={() => setAsking('otp')}>
                {t('people.resetOtp')}
              </Button>
            )}
            {person.is_active ? (
              <Button
                variant="outlined"
                color="error"
                startIcon={<IconUserOff size={16} />}
                onClick={() => setAsking('deactivate')}
              >
                {t('people.deactivate')}
              </Button>
            ) : (
              <Button
                variant="contained"
                startIcon={<IconUserCheck size={16} />}
                loading={act.isPending && act.variables === 'activate'}
                onClick={() => act.mutate('activate')}
              >
                {t('people.activate')}
              </Button>
            )}
          </>
        }
      />
      {asking === 'deactivate' && <DeactivateDialog person={person} onClose={() => setAsking(null)} />}
      <ConfirmDialog
        open={asking === 'reset'}
        title={t('people.resetPassword')}
        text={t('people.resetText', { name: person.full_name, email: person.email })}
        confirm={t('people.sendLink')}
        busy={reset.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => reset.mutate()}
      />
      <ConfirmDialog
        open={asking === 'otp'}
        title={t('people.resetOtp')}
        text={t('people.resetOtpText', { name: person.full_name })}
        confirm={t('people.resetOtp')}
        busy={act.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => act.mutate('reset-otp')}
      />
    </>
  );
}
