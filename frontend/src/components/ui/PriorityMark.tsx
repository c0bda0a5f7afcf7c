import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Priority } from '@/api/types';

const LEVEL: Record<Priority, number> = { low: 1, medium: 2, high: 3, urgent: 4 };

/** Rising bars for three levels, a filled warning square for urgent: told apart by shape, not colour alone. */
export function PriorityMark({ priority, withLabel = false }: { priority: Priority; withLabel?: boolean }) {
  const { t } = useTranslation();
  const label = t(`priority.${priority}`);
  const level = LEVEL[priority] ?? 1;
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, whiteSpace: 'nowrap' }}
    >
      <Box
        component="svg"
        width={16}
        height={16}
        viewBox="0 0 16 16"
        role={withLabel ? undefined : 'img'}
        aria-label={withLabel ? undefined : label}
        aria-hidden={withLabel || undefined}
        sx={{ color: level === 4 ? 'tone.red.solid' : 'text.secondary', flexShrink: 0 }}
      >
        {level === 4 ? (
          <>
            <rect x="1.5" y="1.5" width="13" height="13" rx="3.5" fill="currentColor" />
            <path d="M8 4.6v4" stroke="#fff" strokeWidth="1.9" strokeLinecap="round" />
            <circle cx="8" cy="11.2" r="1.1" fill="#fff" />
          </>
        ) : (
          [0, 1, 2].map((bar) => (
            <rect
              key={bar}
              x={2 + bar * 4.5}
              y={10 - bar * 3.5}
              width="3"
              height={4 + bar * 3.5}
              rx="1"
              fill="currentColor"
              opacity={bar < level ? 1 : 0.25}
            />
          ))
        )}
      </Box>
      {withLabel && <span>{label}</span>}
    </Box>
  );
}
