import { Alert, Autocomplete, Box, Button, TextField } from '@mui/material';
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
  removeRole,
  roleUseQuery,
  setLead,
} from '@/api/access';
import type { Profile } from '@/api/account';
import { peopleKeys, peopleQuery } from '@/api/people';
import { toProblem } from '@/api/problem';
import { Badge } from '@/components/ui/Badge';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';

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
  const take = useMutation({ mutationFn: (hold: Hold) => removeRole(hold.id), onSettled: refresh });
  const lead = useMutation({
    mutationFn: (userId: number | null) => setLead(role.id, userId),
    onSettled: refresh,
  });
  const use = uses.data?.find((each) => each.id === role.id);
  const failure = give.error ?? take.error ?? lead.error;
  const isLastAdmin = failure ? toProblem(failure).code === 'last_admin' : false;
  const reset = () => {
    give.reset();
    take.reset();
    lead.reset();
  };
  const held = new Set(holds.data?.map((hold) => hold.user.user_id));
  return (
    <FormDialog title={t('roles.membersOf', { role: role.name })} submit="" maxWidth="sm" onClose={onClose}>
      {failure && (
        <Alert severity="error" role="alert" onClose={reset}>
          {isLastAdmin ? t('roles.lastAdmin') : problemText(failure, t)}
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
                  disabled={take.isPending}
                  onClick={() => {
                    reset();
                    take.mutate(hold);
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
      <PersonPicker
        label={t('roles.addMember')}
        exclude={held}
        busy={give.isPending}
        onPick={(person) => {
          reset();
          give.mutate(person.user_id);
        }}
      />
    </FormDialog>
  );
}

interface PickerProps {
  label: string;
  exclude: Set<number>;
  busy: boolean;
  onPick: (person: Profile) => void;
}

function PersonPicker({ label, exclude, busy, onPick }: PickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const people = useQuery(peopleQuery({ search: text, is_active: 'true', page: 1 }));
  const options = (people.data?.results ?? []).filter((person) => !exclude.has(person.user_id));
  return (
    <Autocomplete
      size="small"
      options={options}
      value={null}
      inputValue={text}
      disabled={busy}
      loading={people.isFetching}
      filterOptions={(all) => all}
      getOptionLabel={(person) => person.full_name}
      getOptionKey={(person) => person.user_id}
      noOptionsText={t('people.noMatch')}
      onInputChange={(_event, next, reason) => setText(reason === 'input' ? next : '')}
      onChange={(_event, person) => person && onPick(person)}
      renderInput={(params) => <TextField {...params} label={label} />}
    />
  );
}
