import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { TaskRow } from '@/api/tasks';
import { Grow, Row, Text, VisuallyHidden } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SlaPill } from '@/components/ui/SlaPill';

export function BoardCard({ task }: { task: TaskRow }) {
  const { t } = useTranslation();
  return (
    <Box
      component={Link}
      data-subject
      to={`/tickets/${task.ticket_number}`}
      sx={{
        display: 'grid',
        gap: 0.75,
        p: 1.25,
        borderRadius: 1.5,
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        color: 'text.primary',
        textDecoration: 'none',
        fontSize: '0.8125rem',
        '&:hover': { borderColor: 'text.disabled' },
      }}
    >
      <Box component="span" sx={{ fontWeight: 540, overflowWrap: 'anywhere' }}>
        {task.subject}
      </Box>
      <Row component="span" gap={1} align="center" nowrap>
        <PriorityMark priority={task.priority} />
        <Box
          component="span"
          sx={{ fontSize: '0.75rem', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
        >
          {task.ticket_number}
        </Box>
      </Row>
      <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 24 }}>
        <SlaPill sla={task.sla} />
        <Grow component="span" />
        {task.assignee && (
          <Row component="span" title={task.assignee.full_name} nowrap>
            <PersonAvatar person={task.assignee} size={20} />
            <VisuallyHidden>{task.assignee.full_name}</VisuallyHidden>
          </Row>
        )}
        {!task.assignee && (
          <Text component="span" variant="hint">
            {t('field.nobody')}
          </Text>
        )}
      </Box>
    </Box>
  );
}
