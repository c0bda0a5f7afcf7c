import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '@/api/tasks';
import type { Selection } from './TaskTable';
import '@/i18n/lists';

/** What is chosen of the tasks that are shown; what leaves the list is no longer chosen. */
export function useSelection(tasks: TaskRow[]): { selection: Selection; chosenTasks: TaskRow[] } {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const chosenTasks = useMemo(() => tasks.filter((task) => chosen.has(task.id)), [chosen, tasks]);
  return {
    chosenTasks,
    selection: {
      chosen,
      label: (task) => t('bulk.choose', { number: task.ticket_number }),
      labelAll: t('bulk.chooseAll'),
      onChange: setChosen,
    },
  };
}
