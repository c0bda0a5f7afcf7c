import '@/i18n/lists';
import { Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { exportTasks, type TaskListParams } from '@/api/tasks';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { IconDownload } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { type ColumnName, exportedColumns } from './columns';

interface Props {
  list: TaskListParams;
  columns: readonly ColumnName[];
  /** There is nothing to export. */
  disabled?: boolean;
}

/** The list that is shown, all its pages, as a CSV file with the columns of the table. */
export function ExportButton({ list, columns, disabled }: Props) {
  const { t } = useTranslation();
  const download = useMutation({
    mutationFn: () => exportTasks(list, exportedColumns(columns)),
    onSuccess: (blob) => saveBlob(blob, `tickets-${new Date().toISOString().slice(0, 10)}.csv`),
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Button
      variant="outlined"
      startIcon={<IconDownload size={15} />}
      loading={download.isPending}
      disabled={disabled}
      onClick={() => download.mutate()}
    >
      {t('exportList.label')}
    </Button>
  );
}
