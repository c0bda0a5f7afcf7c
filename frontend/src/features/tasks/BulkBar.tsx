import { Row } from '@/components/ui/layout';
import '@/i18n/lists';
import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Menu,
  MenuItem,
} from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  actOnMany,
  type BulkAction,
  type BulkInput,
  type BulkResult,
  CHUNK,
  MAX_SELECTED,
  type SelectedTask,
  selectAll,
} from '@/api/bulk';
import { translated } from '@/api/problem';
import { type TaskListParams, type TaskRow, taskKeys } from '@/api/tasks';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { IconAlertTriangle, IconCircleCheck, IconDots } from '@/lib/icons';
import { ASKED, type AskedAction, BulkDialog } from './BulkDialog';

const AT_ONCE = ['claim', 'release', 'resume'] as const;

interface Props {
  /** What is selected of the page. */
  tasks: TaskRow[];
  /** The list, where all that match can be selected, and how many tasks it has. */
  list?: { params: TaskListParams; count: number; isWholePage: boolean };
  /** While it is so, the bar must stay: it has an act under way, or results to show. */
  onBusy?: (isBusy: boolean) => void;
  onDone: (stillChosen: ReadonlySet<number>) => void;
}

/** One action on several tickets, with what became of each. */
export function BulkBar({ tasks, list, onBusy, onDone }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  // With what was selected when it was asked for: a list that changes meanwhile changes nothing of it.
  const [asked, setAsked] = useState<{ action: AskedAction; chosen: SelectedTask[] } | null>(null);
  const [results, setResults] = useState<{ result: BulkResult; task: SelectedTask | undefined }[] | null>(
    null,
  );
  const [done, setDone] = useState(0);
  // Holds for the list and the rows of the page that were selected when it was asked for, and no others.
  const rowsKey = JSON.stringify([list?.params, tasks.map((task) => task.id)]);
  const keys = useRef(new Map<string, string>());
  const all = useMutation({
    mutationFn: async ({ params, count, rowsKey }: { rowsKey: string } & NonNullable<Props['list']>) => ({
      rowsKey,
      tasks: await selectAll(params, count),
    }),
    onError: (error) => {
      showToast('error', problemText(error, t));
      queryClient.invalidateQueries({ queryKey: taskKeys.lists });
    },
  });
  const selected: SelectedTask[] = all.data?.rowsKey === rowsKey ? all.data.tasks : tasks;
  const act = useMutation({
    mutationFn: ({ chosen, ...input }: Omit<BulkInput, 'task_ids'> & { chosen: SelectedTask[] }) =>
      actOnMany(
        { ...input, task_ids: chosen.map((task) => task.id) },
        { keys: keys.current, onProgress: setDone, failure: (error) => problemText(error, t) },
      ),
    onMutate: () => {
      setDone(0);
      onBusy?.(true);
    },
    onSuccess: (answers, { chosen }) => {
      setAsked(null);
      const failed = answers.filter((each) => !each.ok);
      if (failed.length === 0) {
        showToast('success', t('bulk.allDone', { count: answers.length }));
        onBusy?.(false);
        onDone(new Set());
      } else {
        const byId = new Map(chosen.map((task) => [task.id, task]));
        setResults(answers.map((result) => ({ result, task: byId.get(result.task_id) })));
      }
    },
    onError: (error, { action }) => {
      // A dialog says it itself, and stays.
      if (ASKED.includes(action as AskedAction)) return;
      onBusy?.(false);
      showToast('error', problemText(error, t));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: taskKeys.all }),
  });
  const start = (action: BulkAction) => {
    setMenu(null);
    act.reset();
    if (ASKED.includes(action as AskedAction)) {
      setAsked({ action: action as AskedAction, chosen: selected });
      onBusy?.(true);
    } else act.mutate({ action, chosen: selected });
  };

  return (
    <Box
      role="toolbar"
      aria-label={t('bulk.bar')}
      sx={{
        position: 'sticky',
        bottom: 12,
        zIndex: 10,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        mt: 1.5,
        px: 1.5,
        py: 1,
        width: 'fit-content',
        maxWidth: '100%',
        mx: 'auto',
        bgcolor: 'surface.raised',
        border: 1,
        borderColor: 'divider',
        borderRadius: 2,
        boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
      }}
    >
      <Box role="status" sx={{ fontSize: '0.8125rem', fontWeight: 560, marginInlineEnd: 0.5 }}>
        {act.isPending && act.variables.chosen.length > CHUNK
          ? t('bulk.progress', { done, count: act.variables.chosen.length })
          : t('bulk.chosen', { count: selected.length })}
      </Box>
      {list?.isWholePage && list.count > selected.length && list.count <= MAX_SELECTED && (
        <Button
          variant="text"
          loading={all.isPending}
          disabled={act.isPending}
          onClick={() => all.mutate({ ...list, rowsKey })}
        >
          {t('bulk.selectAll', { count: list.count })}
        </Button>
      )}
      {AT_ONCE.map((action) => (
        <Button
          key={action}
          variant="outlined"
          loading={act.isPending && act.variables.action === action}
          disabled={act.isPending}
          onClick={() => start(action)}
        >
          {t(`bulk.action.${action}`)}
        </Button>
      ))}
      <Button
        variant="outlined"
        aria-haspopup="menu"
        aria-expanded={menu !== null}
        startIcon={<IconDots size={15} />}
        disabled={act.isPending}
        onClick={(event) => setMenu(event.currentTarget)}
      >
        {t('bulk.more')}
      </Button>
      <Menu anchorEl={menu} open={menu !== null} onClose={() => setMenu(null)}>
        {ASKED.map((action) => (
          <MenuItem key={action} onClick={() => start(action)}>
            {t(`bulk.action.${action}`)}
          </MenuItem>
        ))}
      </Menu>
      <Button variant="text" color="inherit" disabled={act.isPending} onClick={() => onDone(new Set())}>
        {t('bulk.clear')}
      </Button>
      {asked && (
        <BulkDialog
          action={asked.action}
          tasks={asked.chosen}
          busy={act.isPending}
          error={act.error}
          onClose={() => {
            setAsked(null);
            onBusy?.(false);
          }}
          onSubmit={(input) => act.mutate({ ...asked, ...input })}
        />
      )}
      {results && (
        <ResultDialog
          results={results}
          onClose={() => {
            setResults(null);
            all.reset();
            onBusy?.(false);
            onDone(new Set(results.filter((each) => !each.result.ok).map((each) => each.result.task_id)));
          }}
        />
      )}
    </Box>
  );
}

function ResultDialog({
  results,
  onClose,
}: {
  results: { result: BulkResult; task: SelectedTask | undefined }[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('bulk.results')}</DialogTitle>
      <DialogContent>
        <Box sx={{ fontSize: '0.875rem', mb: 1 }}>
          {t('bulk.summary', {
            done: results.filter((each) => each.result.ok).length,
            count: results.length,
          })}
        </Box>
        <Box
          component="ul"
          sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.75, fontSize: '0.8125rem' }}
        >
          {results.map(({ result, task }) => (
            <Row component="li" key={result.task_id} gap={1} align="start" nowrap>
              <Box
                component="span"
                sx={{ display: 'flex', pt: 0.25, color: result.ok ? 'tone.green.solid' : 'tone.red.solid' }}
              >
                {result.ok ? (
                  <IconCircleCheck size={15} aria-hidden />
                ) : (
                  <IconAlertTriangle size={15} aria-hidden />
                )}
              </Box>
              <Box sx={{ minWidth: 0, '& a': { color: 'primary.main' } }}>
                {task && <Link to={`/tickets/${task.ticket_number}`}>{task.ticket_number}</Link>}{' '}
                {result.ok ? t('bulk.done') : result.error && translated(result.error)}
              </Box>
            </Row>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
