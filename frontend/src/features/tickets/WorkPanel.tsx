import '@/i18n/ticket';
import { Alert, Box, Button } from '@mui/material';
import { type ComponentProps, Suspense, useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskDetail, TimelineEvent } from '@/api/tasks';
import { Grow } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { IconInfoCircle, IconSitemap } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { useSetting } from '@/lib/settings';
import { ActionBar } from './ActionBar';
import { Diagram } from './Diagram';
import { StandingReason } from './StandingReason';
import { StepLine } from './StepLine';
import { visitsOf } from './steps';
import type { StandingReason as Standing } from './stream/entries';
import { Votes } from './Votes';

const HandoffNote = lazyPart(() => import('@/features/tickets/HandoffNote'), 'HandoffNote');

interface Props {
  task: TaskDetail;
  /** What happened to it, as far as it is loaded. */
  events: TimelineEvent[];
  /** What whoever acts next should read first. */
  standing: Standing | null;
  onDone: ComponentProps<typeof ActionBar>['onDone'];
}

export function WorkPanel({ task, events, standing, onDone }: Props) {
  const { t } = useTranslation();
  const [diagram, setDiagram] = useSetting('diagram');
  const isDrawn = diagram === 'shown';
  const diagramId = useId();
  const visits = useMemo(() => visitsOf(events, task), [events, task]);
  return (
    <Panel
      flush
      title={
        <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1 }}>
          {task.workflow.name}
          <Box component="span" sx={{ color: 'text.secondary', fontWeight: 450 }}>
            {t('ticket.version', { version: task.workflow_version })}
          </Box>
        </Box>
      }
    >
      <Box sx={{ borderBottom: 1, borderColor: 'divider' }}>
        <Box
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1,
            minHeight: 48,
            paddingInlineStart: 2,
            paddingInlineEnd: 1.25,
            py: 0.75,
          }}
        >
          {isDrawn ? <Grow /> : <StepLine visits={visits} />}
          <Button
            variant="text"
            color="inherit"
            startIcon={<IconSitemap size={15} />}
            aria-expanded={isDrawn}
            aria-controls={diagramId}
            onClick={() => setDiagram(isDrawn ? 'hidden' : 'shown')}
            sx={{ flexShrink: 0 }}
          >
            {t('ticket.diagram')}
          </Button>
        </Box>
        <Box id={diagramId}>{isDrawn && <Diagram task={task} />}</Box>
      </Box>
      <Box sx={{ px: 2, py: 1.5 }}>
        {task.instruction && task.current_step && (
          <Box
            sx={{
              display: 'flex',
              gap: 1,
              fontSize: '0.8125rem',
              color: 'text.secondary',
              mb: 1.5,
              '& svg': { flexShrink: 0, mt: 0.25 },
            }}
          >
            <IconInfoCircle size={16} aria-hidden />
            <Box>
              <Box component="span" sx={{ fontWeight: 600, color: 'text.primary' }}>
                {task.current_step.name}.
              </Box>{' '}
              {task.instruction}
            </Box>
          </Box>
        )}
        {task.decision_problem && (
          <Alert severity="warning" sx={{ mb: 1.5 }}>
            {task.decision_problem}
          </Alert>
        )}
        <Votes task={task} />
        {task.handoff && (
          <Suspense fallback={null}>
            <HandoffNote task={task} handoff={task.handoff} />
          </Suspense>
        )}
        {standing && <StandingReason standing={standing} />}
        <ActionBar task={task} onDone={onDone} />
      </Box>
    </Panel>
  );
}
