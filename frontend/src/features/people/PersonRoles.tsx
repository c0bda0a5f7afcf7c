import { Alert, Box, Button, IconButton, MenuItem, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accessKeys,
  accessRolesQuery,
  assignRole,
  type Hold,
  holdsOfPersonQuery,
  systemsQuery,
} from '@/api/access';
import type { Profile } from '@/api/account';
import { peopleKeys } from '@/api/people';
import { Badge } from '@/components/ui/Badge';
import { Row, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { IconX } from '@/lib/icons';
import { TakeRoleDialog } from './TakeRoleDialog';

/** Roles per system: what is held, with a cross to take it; and what else could be given. */
export function PersonRoles({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const holds = useQuery(holdsOfPersonQuery(person.user_id));
  const systems = useQuery(systemsQuery());
  const roles = useQuery(accessRolesQuery());
  const [chosen, setChosen] = useState('');
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: accessKeys.all });
    void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
  };
  const give = useMutation({
    mutationFn: (roleId: number) => assignRole({ user_id: person.user_id, role_id: roleId }),
    onSuccess: () => setChosen(''),
    onSettled: refresh,
  });
  const [taking, setTaking] = useState<Hold | null>(null);
  if (holds.isError) return <ErrorState error={holds.error} onRetry={() => holds.refetch()} />;
  if (!holds.data || !systems.data) return <LoadingRows rows={4} />;
  const held = new Set(holds.data.map((hold) => hold.role_id));
  const free = (roles.data ?? []).filter((role) => !held.has(role.id));
  return (
    <Panel title={t('people.roles')}>
      <Box sx={{ display: 'grid', gap: 1.5, fontSize: '0.8125rem' }}>
        {give.error && (
          <Alert severity="error" role="alert" onClose={() => give.reset()}>
            {problemText(give.error, t)}
          </Alert>
        )}
        {systems.data.map((system) => {
          const own = holds.data.filter((hold) => hold.system === system.slug);
          return (
            <Row key={system.id} gap={1.5} align="start" nowrap>
              <Box sx={{ width: 56, pt: 0.5, color: 'text.secondary', flexShrink: 0 }} title={system.name}>
                {system.slug.toUpperCase()}
              </Box>
              <Box
                component="ul"
                aria-label={t('people.rolesIn', { system: system.name })}
                sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75 }}
              >
                {own.length === 0 && (
                  <Box component="li" sx={{ pt: 0.5, color: 'text.secondary' }}>
                    {t('people.noRole')}
                  </Box>
                )}
                {own.map((hold) => (
                  <Row component="li" key={hold.id} align="center" nowrap>
                    <Badge tone={hold.role_name === 'Admin' ? 'green' : hold.is_active ? 'blue' : 'grey'}>
                      {hold.role_name}
                    </Badge>
                    <IconButton
                      aria-label={t('people.removeRole', { role: hold.role_name })}
                      onClick={() => {
                        give.reset();
                        setTaking(hold);
                      }}
                      sx={{ minWidth: 24, minHeight: 24, p: 0.25 }}
                    >
                      <IconX size={14} />
                    </IconButton>
                  </Row>
                ))}
              </Box>
            </Row>
          );
        })}
        <Row
          component="form"
          gap={1}
          nowrap
          mt={0.5}
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen) give.mutate(Number(chosen));
          }}
        >
          <TextField
            select
            size="small"
            label={t('people.addRole')}
            value={free.some((role) => String(role.id) === chosen) ? chosen : ''}
            onChange={(event) => setChosen(event.target.value)}
            sx={{ flex: 1, maxWidth: 320 }}
          >
            {free.map((role) => (
              <MenuItem key={role.id} value={String(role.id)}>
                {role.system.toUpperCase()} · {role.name}
              </MenuItem>
            ))}
          </TextField>
          <Button type="submit" variant="outlined" loading={give.isPending} disabled={chosen === ''}>
            {t('people.addRoleSubmit')}
          </Button>
        </Row>
        <Text variant="hint">{t('people.rolesNow')}</Text>
        {taking && <TakeRoleDialog hold={taking} onClose={() => setTaking(null)} />}
      </Box>
    </Panel>
  );
}
