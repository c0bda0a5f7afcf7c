import { Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { invitationsQuery, peopleKeys, withdrawInvitation } from '@/api/people';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconMail } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';

export function InvitationList() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const invitations = useQuery(invitationsQuery());
  const withdraw = useMutation({
    mutationFn: withdrawInvitation,
    onSuccess: () => showToast('success', t('people.withdrawn')),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: peopleKeys.invitations }),
  });
  return (
    <ListBox busy={invitations.isFetching}>
      <QueryState query={invitations} rows={4} />
      {invitations.data?.length === 0 && (
        <EmptyState
          icon={<IconMail size={22} />}
          title={t('people.noInvitations')}
          hint={t('people.noInvitationsHint')}
        />
      )}
      {invitations.data && invitations.data.length > 0 && (
        <DataTable
          label={t('people.tab.invitations')}
          rows={invitations.data}
          rowKey={(row) => row.id}
          columns={[
            { key: 'name', header: t('people.name'), render: (row) => row.full_name },
            { key: 'email', header: t('login.email'), render: (row) => row.email },
            {
              key: 'sent',
              header: t('people.sentAt'),
              isNarrow: true,
              render: (row) => formatDateTime(row.created_at),
            },
            {
              key: 'until',
              header: t('people.goodUntil'),
              isNarrow: true,
              render: (row) =>
                new Date(row.expires_at).getTime() < Date.now() ? (
                  <Badge tone="amber">{t('people.expired')}</Badge>
                ) : (
                  formatDateTime(row.expires_at)
                ),
            },
            {
              key: 'do',
              header: t('people.actions'),
              isHeaderHidden: true,
              align: 'end',
              render: (row) => (
                <Button
                  variant="outlined"
                  loading={withdraw.isPending && withdraw.variables === row.id}
                  onClick={() => withdraw.mutate(row.id)}
                  aria-label={t('people.withdrawNamed', { name: row.full_name })}
                >
                  {t('people.withdraw')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </ListBox>
  );
}
