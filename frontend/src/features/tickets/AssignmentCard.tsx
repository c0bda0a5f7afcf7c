import '@/i18n/ticket';
import { Box, Button, Collapse } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AssignmentRecord, assignmentQuery, type TaskDetail } from '@/api/tasks';
import { Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PersonLabel } from '@/components/ui/Person';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import { IconHelp } from '@/lib/icons';
import { systemReason } from '@/lib/systemReason';
import { explained } from './explained';

export function AssignmentCard({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const user = useUser();
  const [shown, setShown] = useState(false);
  const whyId = useId();
  const mine = task.assignee?.user_id === user.user_id;
  return (
    <Panel
      title={t('assignment.title')}
      action={
        task.assignee && (
          <Button
            variant="text"
            color="inherit"
            startIcon={<IconHelp size={15} />}
            aria-expanded={shown}
            aria-controls={whyId}
            onClick={() => setShown(!shown)}
          >
            {mine ? t('assignment.whyMe') : t('assignment.why')}
          </Button>
        )
      }
    >
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: 'minmax(84px, max-content) minmax(0, 1fr)',
          rowGap: 1,
          columnGap: 1,
          fontSize: '0.8125rem',
          '& dt': { color: 'text.secondary' },
          '& dd': { m: 0, minWidth: 0 },
        }}
      >
        {(task.assignee || !task.closed_at) && (
          <>
            <dt>{t('field.assignee')}</dt>
            <dd>{task.assignee ? <PersonLabel person={task.assignee} /> : t('field.nobody')}</dd>
          </>
        )}
        <dt>{t('field.owner')}</dt>
        <dd>{task.owner ? <PersonLabel person={task.owner} /> : t('field.nobody')}</dd>
        {task.current_step?.role && (
          <>
            <dt>{t('field.role')}</dt>
            <dd>{task.current_step.role}</dd>
          </>
        )}
      </Box>
      <Box id={whyId}>
        <Collapse in={shown} unmountOnExit>
          <Why taskId={task.id} />
        </Collapse>
      </Box>
    </Panel>
  );
}

function Why({ taskId }: { taskId: number }) {
  const { t } = useTranslation();
  const assignment = useQuery(assignmentQuery(taskId));
  if (assignment.isPending) return <LoadingRows rows={2} />;
  if (assignment.isError) return <ErrorState error={assignment.error} onRetry={() => assignment.refetch()} />;
  const { current } = assignment.data;
  return (
    <Box
      sx={{
        mt: 1.5,
        pt: 1.5,
        borderTop: 1,
        borderColor: 'divider',
        fontSize: '0.8125rem',
        display: 'grid',
        gap: 0.75,
      }}
    >
      {current ? <Reason record={current} /> : t('assignment.unknown')}
    </Box>
  );
}

function Reason({ record }: { record: AssignmentRecord }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Box>{explained(record, t, i18n)}</Box>
      {record.reason && (
        <Text variant="inherit" color="text.secondary">
          {t('assignment.reason', { reason: systemReason(record.reason_code, record.reason) })}
        </Text>
      )}
      {record.candidates.length > 1 && (
        <Text variant="inherit" color="text.secondary">
          {t('assignment.candidates', {
            names: record.candidates.map((person) => person.full_name).join(' → '),
          })}
        </Text>
      )}
    </>
  );
}
