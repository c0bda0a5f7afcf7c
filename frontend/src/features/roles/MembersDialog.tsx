import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  type AccessRole,
  accessKeys,
  assignRole,
  type Hold,
  holdsOfRoleQuery,
  roleUseQuery,
  setLead,
} from '@/api/access';
import { accountChoices } from '@/api/choices';
import { peopleKeys } from '@/api/people';
import { Badge } from '@/components/ui/Badge';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { PickField } from '@/components/ui/PickField';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { TakeRoleDialog } from '@/features/people/TakeRoleDialog';

interface Props {
  role: AccessRole;
  onClose: () => void;
}

/** Who holds the role; give it, take it, and for roles of the workflow service name who leads it. */
export function MembersDialog({ role, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const holds = useQuery(holdsOfRoleQuery(role.id));
  const uses = useQuery(roleUseQuery());
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: accessKeys.all });
    void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
  };
  const give = useMutation({
    mutationFn: (userId: number) => assignRole({ user_id: userId, role_id: role.id }),
    onSettled: refresh,
  });
  const [taking, setTaking] = useState<Hold | null>(null);
  const lead = useMutation({
    mutationFn: (userId: number | null) => setLead(role.id, userId),
    onSettled: refresh,
  });
  const use = uses.data?.find((each) => each.id === role.id);
  const failure = give.error ?? lead.error;
  const reset = () => {
    give.reset();
    lead.reset();
  };
  const held = new Set(holds.data?.map((hold) => String(hold.user.user_id)));
  return (
    <FormDialog title={t('roles.membersOf', { role: role.name })} submit="" maxWidth="sm" onClose={onClose}>
      {failure && (
        <Alert severity="error" role="alert" onClose={reset}>
          {problemText(failure, t)}
        </Alert>
      )}
      <QueryState query={holds} rows={3} />
      {holds.data?.length === 0 && <Text variant="muted">{t('roles.nobody')}</Text>}
      {holds.data && holds.data.length > 0 && (
        <Box
          component="ul"
          aria-label={t('roles.members')}
          sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'divider', borderRadius: 2 }}
        >
          {holds.data.map((hold) => {
            const isLead = use?.lead?.user_id === hold.user.user_id;
            return (
              <Box
                component="li"
                key={hold.id}
                sx={{
                  display: 'flex',
                  flexWrap: 'wrap',
                  alignItems: 'center',
                  gap: 1,
                  px: 1.5,
                  py: 0.75,
                  fontSize: '0.8125rem',
                  borderBottom: 1,
                  borderColor: 'divider',
                  '&:last-of-type': { borderBottom: 0 },
                }}
              >
                <PersonAvatar person={hold.user} />
                <Box sx={{ flex: '1 1 160px', minWidth: 0 }}>
                  <Box
                    component={Link}
                    to={`/admin/agents/${hold.user.user_id}`}
                    sx={{ color: 'inherit', fontWeight: 540 }}
                  >
                    {hold.user.full_name}
                  </Box>
                </Box>
                {!hold.is_effective && <Badge tone="grey">{t('people.is.inactive')}</Badge>}
                {isLead && <Badge tone="blue">{t('roles.lead')}</Badge>}
                {use && role.system === 'tts' && (
                  <Button
                    variant="text"
                    color="inherit"
                    disabled={lead.isPending || !hold.is_effective}
                    onClick={() => {
                      reset();
                      lead.mutate(isLead ? null : hold.user.user_id);
                    }}
                    aria-label={t(isLead ? 'roles.unleadNamed' : 'roles.leadNamed', {
                      name: hold.user.full_name,
                    })}
                  >
                    {t(isLead ? 'roles.unlead' : 'roles.makeLead')}
                  </Button>
                )}
                <Button
                  variant="text"
                  color="error"
                  onClick={() => {
                    reset();
                    setTaking(hold);
                  }}
                  aria-label={t('roles.removeNamed', { name: hold.user.full_name })}
                >
                  {t('roles.remove')}
                </Button>
              </Box>
            );
          })}
        </Box>
      )}
      <PickField
        key={held.size}
        label={t('roles.addMember')}
        source={accountChoices}
        value=""
        exclude={held}
        disabled={give.isPending}
        nothing={t('people.noMatch')}
        onChange={(userId) => {
          reset();
          give.mutate(Number(userId));
        }}
      />
      {taking && <TakeRoleDialog hold={taking} onClose={() => setTaking(null)} />}
    </FormDialog>
  );
}
