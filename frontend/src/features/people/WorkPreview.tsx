import { Alert } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { openWorkQuery, type Worker, workersQuery } from '@/api/people';
import { DataTable } from '@/components/ui/DataTable';
import { Text } from '@/components/ui/layout';
import { LoadingRows } from '@/components/ui/States';

interface Props {
  userId: number;
  /** Only the work that this role of the workflow service gives. */
  role?: string;
}

/** What of a person's open work goes back to its queues, and who else could take it. */
export function WorkPreview({ userId, role }: Props) {
  const { t } = useTranslation();
  const work = useQuery(openWorkQuery(userId));
  const workers = useQuery(workersQuery());
  if (work.isPending || workers.isPending) return <LoadingRows rows={3} />;
  if (work.isError || workers.isError) return <Alert severity="warning">{t('people.workUnknown')}</Alert>;
  const tasks = work.data.filter((task) => role === undefined || task.current_step?.role === role);
  if (tasks.length === 0)
    return <Text>{role === undefined ? t('people.noOpenWork') : t('people.noOpenWorkIn', { role })}</Text>;
  const stranded = tasks.filter((task) => othersFor(task.current_step?.role, userId, workers.data) === 0);
  return (
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
              const needed = task.current_step?.role;
              if (!needed) return '–';
              return t('people.others', {
                role: needed,
                count: othersFor(needed, userId, workers.data),
              });
            },
          },
        ]}
      />
    </>
  );
}

/** How many others hold the role and are there. */
function othersFor(role: string | null | undefined, userId: number, workers: Worker[]): number {
  return workers.filter(
    (worker) =>
      worker.is_active &&
      !worker.is_away &&
      worker.user_id !== userId &&
      worker.roles.some((each) => each.name === role),
  ).length;
}
