import '@/i18n/ticket';
import { Box, Button, Popover, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SlaClock, slaQuery, type TaskDetail } from '@/api/tasks';
import { Grow, Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { SLA_TONE, secondsLeft } from '@/components/ui/SlaPill';
import { QueryState } from '@/components/ui/States';
import { IconHelp } from '@/lib/icons';
import { systemReason } from '@/lib/systemReason';
import { formatDateTime, formatDuration } from '@/lib/time';
import { useNow } from '@/lib/useNow';

export function SlaCard({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (!task.sla) return null;
  return (
    <Panel
      title={t('sla.title')}
      action={
        <Button
          variant="text"
          color="inherit"
          startIcon={<IconHelp size={15} />}
          aria-haspopup="dialog"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          {t('sla.explain')}
        </Button>
      }
    >
      <Stack gap={1.75}>
        <Clock label={t('sla.ticket')} clock={task.sla} big />
        {task.visit_sla && (
          <Clock label={t('sla.step', { step: task.current_step?.name ?? '' })} clock={task.visit_sla} />
        )}
      </Stack>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{
          paper: {
            sx: { width: 'min(420px, calc(100vw - 24px))', p: 2 },
            role: 'dialog',
            'aria-label': t('sla.explainTitle'),
          },
        }}
      >
        <Explanation taskId={task.id} />
      </Popover>
    </Panel>
  );
}

function Clock({
  label,
  clock,
  big = false,
}: {
  label: string;
  clock: NonNullable<TaskDetail['sla']>;
  big?: boolean;
}) {
  const { t } = useTranslation();
  const left = secondsLeft(clock, useNow(big ? 'second' : 'quarterMinute'));
  const tone = SLA_TONE[clock.state] ?? 'grey';
  const loud = clock.state === 'at_risk' || clock.state === 'breached';
  const used = left === null ? 0 : Math.min(100, Math.max(0, (1 - left / clock.target_seconds) * 100));
  const over = clock.state === 'met' || clock.state === 'stopped' || clock.state === 'paused';
  return (
    <Box>
      <Row gap={1} align="baseline" justify="space-between" nowrap>
        <Typography
          variant="caption"
          sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {label}
        </Typography>
        {(over || loud) && (
          <Typography
            variant="caption"
            sx={{ color: `tone.${tone}.fg`, fontWeight: 600, whiteSpace: 'nowrap' }}
          >
            {t(`sla.${clock.state}`)}
          </Typography>
        )}
      </Row>
      <Box
        role="timer"
        aria-label={label}
        sx={{
          fontSize: big ? '1.375rem' : '0.9375rem',
          fontWeight: big ? 650 : 600,
          letterSpacing: '-0.015em',
          fontVariantNumeric: 'tabular-nums',
          color: loud ? `tone.${tone}.fg` : 'text.primary',
        }}
      >
        {left === null
          ? '–'
          : left < 0
            ? t('sla.late', { duration: formatDuration(left) })
            : t(clock.state === 'met' ? 'sla.spare' : 'sla.left', { duration: formatDuration(left) })}
      </Box>
      <Box
        aria-hidden
        sx={{ height: 5, borderRadius: 3, bgcolor: 'surface.hover', overflow: 'hidden', my: 0.5 }}
      >
        <Box
          sx={{
            width: `${used}%`,
            height: '100%',
            borderRadius: 3,
            bgcolor: loud
              ? `tone.${tone}.solid`
              : clock.state === 'met'
                ? 'tone.green.solid'
                : 'primary.main',
          }}
        />
      </Box>
      {clock.due_at && (
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {t('sla.dueAt', { time: formatDateTime(clock.due_at) })}
        </Typography>
      )}
    </Box>
  );
}

/** Every stretch of time, counted or not, and why: the arithmetic in the open. */
function Explanation({ taskId }: { taskId: number }) {
  const { t } = useTranslation();
  const sla = useQuery(slaQuery(taskId));
  const clock = sla.data?.task ?? sla.data?.visit;
  return (
    <>
      <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>
        {t('sla.explainTitle')}
      </Typography>
      <QueryState query={sla} rows={3} />
      {clock && <Intervals clock={clock} />}
    </>
  );
}

function Intervals({ clock }: { clock: SlaClock }) {
  const { t } = useTranslation();
  return (
    <Text>
      <Text variant="inherit" color="text.secondary" mb={1.5}>
        {t('sla.explainText', {
          target: formatDuration(clock.target_seconds),
          elapsed: formatDuration(clock.elapsed_seconds),
        })}
      </Text>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 300, overflowY: 'auto' }}>
        {clock.intervals.map((interval) => (
          <Box
            component="li"
            key={`${interval.from}-${interval.to}`}
            sx={{ display: 'flex', gap: 1.25, py: 0.75, borderTop: 1, borderColor: 'divider' }}
          >
            <Box
              aria-hidden
              sx={{
                width: 3,
                borderRadius: 2,
                bgcolor: interval.counted ? 'primary.main' : 'divider',
                flexShrink: 0,
              }}
            />
            <Grow>
              <Box>
                {t(`sla.why.${interval.why}`)}
                {interval.reason && `: ${systemReason(interval.reason_code, interval.reason)}`}
              </Box>
              <Text variant="hint">
                {t('sla.interval', {
                  from: formatDateTime(interval.from),
                  to: formatDateTime(interval.to),
                })}
              </Text>
            </Grow>
            <Box sx={{ textAlign: 'end', whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
              {formatDuration(interval.seconds)}
              <Text variant="hint">{t(interval.counted ? 'sla.counted' : 'sla.notCounted')}</Text>
            </Box>
          </Box>
        ))}
      </Box>
    </Text>
  );
}
