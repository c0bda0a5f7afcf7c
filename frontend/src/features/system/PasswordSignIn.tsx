import { Alert, Switch } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accessKeys, type System, systemsQuery } from '@/api/access';
import { setPasswordSignIn } from '@/api/identityProviders';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';

/** Whether people of a system may sign in with a password. */
export function PasswordSignIn() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const systems = useQuery(systemsQuery());
  const change = useMutation({
    mutationFn: ({ id, password_sign_in }: System) => setPasswordSignIn(id, !password_sign_in),
    onSettled: () => queryClient.invalidateQueries({ queryKey: accessKeys.systems }),
  });
  return (
    <Panel title={t('signIn.password')}>
      <Stack gap={1}>
        <Text variant="muted">{t('signIn.passwordHint')}</Text>
        {change.isError && (
          <Alert severity="error" role="alert">
            {problemText(change.error, t)}
          </Alert>
        )}
        <QueryState query={systems} rows={4} />
        {systems.data?.map((system) => (
          <Row key={system.id} align="center" justify="space-between" nowrap>
            <Text variant="body2">{system.name}</Text>
            <Switch
              size="small"
              checked={system.password_sign_in}
              disabled={change.isPending}
              onChange={() => change.mutate(system)}
              slotProps={{ input: { 'aria-label': t('signIn.passwordFor', { name: system.name }) } }}
            />
          </Row>
        ))}
      </Stack>
    </Panel>
  );
}
