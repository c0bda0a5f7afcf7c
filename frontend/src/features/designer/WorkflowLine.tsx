import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import type { WorkflowRow } from '@/api/workflows';
import { Badge } from '@/components/ui/Badge';
import { WorkflowStatusBadge } from './WorkflowStatusBadge';

const cell = { px: 1.5, py: 1, verticalAlign: 'middle' } as const;

export function WorkflowLine({ workflow }: { workflow: WorkflowRow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = `/admin/workflows/${workflow.id}`;
  return (
    <Box
      component="tr"
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest('a')) navigate(address);
      }}
      sx={{
        cursor: 'pointer',
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '&:hover': { bgcolor: 'surface.hover' },
      }}
    >
      <Box component="td" sx={{ ...cell, minWidth: 200 }}>
        <Box
          component={Link}
          to={address}
          sx={{
            color: 'text.primary',
            fontWeight: 580,
            textDecoration: 'none',
            '&:hover': { textDecoration: 'underline' },
          }}
        >
          {workflow.name}
        </Box>
        {workflow.is_default && (
          <Box component="span" sx={{ marginInlineStart: 1, fontSize: '0.75rem', color: 'text.secondary' }}>
            {t('workflows.default')}
          </Box>
        )}
      </Box>
      <Box component="td" sx={cell}>
        {workflow.is_archived ? (
          <Badge tone="grey">{t('workflows.archived')}</Badge>
        ) : (
          <WorkflowStatusBadge status={workflow.status} />
        )}
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', minWidth: 220 }}>
        {[workflow.department, workflow.category, workflow.sub_category].filter(Boolean).join(' › ') ||
          t('workflows.any')}
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {t(`workflows.end.${workflow.end_logic}`)}
      </Box>
      <Box component="td" sx={{ ...cell, color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {workflow.current_version === null ? '–' : t('ticket.version', { version: workflow.current_version })}
        {(workflow.has_undeployed_changes || workflow.is_deploy_requested) && (
          <Box component="span" sx={{ marginInlineStart: 1, fontSize: '0.75rem', color: 'tone.amber.fg' }}>
            {t(workflow.is_deploy_requested ? 'workflows.deployRequested' : 'workflows.undeployed')}
          </Box>
        )}
      </Box>
      <Box
        component="td"
        sx={{ ...cell, textAlign: 'end', fontVariantNumeric: 'tabular-nums', fontWeight: 560 }}
      >
        {workflow.running_tasks}
      </Box>
    </Box>
  );
}
