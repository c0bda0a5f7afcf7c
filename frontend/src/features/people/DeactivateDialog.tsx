import { Alert } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accessKeys } from '@/api/access';
import type { Profile } from '@/api/account';
import { actOnPerson, openWorkQuery, peopleKeys, type Worker, workersQuery } from '@/api/people';
import { toProblem } from '@/api/problem';
import { taskKeys } from '@/api/tasks';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';

interface Props {
  person: Profile;
  onClose: () => void;
}

/** Before anything happens: what they have open, and who else could take it. */
export function DeactivateDialog({ person, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const work = useQuery(openWorkQuery(person.user_id));
  const workers = useQuery(workersQuery());
  const deactivate = useMutation({
    mutationFn: () => actOnPerson(person.user_id, 'deactivate'),
    onSuccess: (changed) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), changed);
      void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
      void queryClient.invalidateQueries({ queryKey: accessKeys.holds });
      void queryClient.invalidateQueries({ queryKey: taskKeys.all });
      showToast('success', t('people.deactivated', { name: person.full_name }));
      onClose();
    },
  });
  const isLastAdmin = deactivate.isError && toProblem(deactivate.error).code === 'last_admin';
  const tasks = work.data ?? [];
  const stranded = tasks.filter((task) => othersFor(task.current_step?.role, person, workers.data) === 0);
  return (
    <FormDialog
      title={t('people.deactivateTitle', { name: person.full_name })}
      hint={t('people.deactivateHint')}
      submit={t('people.deactivate')}
      isDangerous
      busy={deactivate.isPending}
      disabled={work.isPending}
      error={isLastAdmin ? undefined : deactivate.error}
      maxWidth="md"
      onClose={onClose}
      onSubmit={() => deactivate.mutate()}
    >
      {isLastAdmin && (
        <Alert severity="error" role="alert">
          {t('people.lastAdmin', { name: person.full_name })}
        </Alert>
      )}
      {work.isPending && <LoadingRows rows={3} />}
      {work.isError && <Alert severity="warning">{t('people.workUnknown')}</Alert>}
      {work.isSuccess && tasks.length === 0 && <Text>{t('people.noOpenWork')}</Text>}
      {tasks.length > 0 && (
        <>
          <Alert severity={stranded.length > 0 ? 'warning' : 'info'}>
            {t('people.repooled', { count: tasks.length })}
            {stranded.length > 0 && ` ${t('people.stranded', { count: stranded.length })}`}
          </Alert>
          <DataTable
            label={t('people.openWork')}
            rows={tasks}
            rowKey={(task) => task.id}
            columns={[
              {
                key: 'number',
                header: t('field.number'),
                isNarrow: true,
                render: (task) => task.ticket_number,
              },
              { key: 'subject', header: t('field.subject'), render: (task) => task.subject },
              { key: 'step', header: t('field.step'), render: (task) => task.current_step?.name ?? '–' },
              {
                key: 'role',
                header: t('people.goesTo'),
                render: (task) => {
                  const role = task.current_step?.role;
                  if (!role) return '–';
                  return t('people.others', {
                    role,
                    count: othersFor(role, person, workers.data),
                  });
                },
              },
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}

/** How many others hold the role and are there. */
function othersFor(role: string | null | undefined, person: Profile, workers: Worker[] = []): number {
  return workers.filter(
    (worker) =>
      worker.is_active &&
      !worker.is_away &&
      worker.user_id !== person.user_id &&
      worker.roles.some((each) => each.name === role),
  ).length;
}
