import { Box } from '@mui/material';
import type { SxProps, Theme } from '@mui/material/styles';
import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  MarkerType,
} from '@xyflow/react';
import type { ReactNode } from 'react';
import type { Outcome } from '@/api/types';
import { Grow } from '@/components/ui/layout';
import { NODE_HEIGHT, NODE_WIDTH } from './layout';

/** What the diagram of a ticket and the canvas of the designer have in common: the look of steps and transitions. */

export type FlowEdgeData = { name: string; back: boolean; isStrong: boolean };
export type DrawnEdge = Edge<FlowEdgeData, 'flow'>;

interface Line {
  id: string;
  from: string;
  to: string;
  name: string;
  outcome: Outcome;
  /** Drawn against the direction of the workflow. */
  back: boolean;
  /** Taken, or selected. */
  isStrong: boolean;
  mark?: 'error' | 'warning' | 'added' | 'removed' | 'changed';
}

export function drawEdge(line: Line): DrawnEdge {
  const color = edgeColor(line);
  return {
    id: line.id,
    type: 'flow',
    source: line.from,
    target: line.to,
    sourceHandle: line.back ? 'back-out' : 'out',
    targetHandle: line.back ? 'back-in' : 'in',
    data: { name: line.name, back: line.back, isStrong: line.isStrong },
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color },
    style: {
      stroke: color,
      strokeWidth: line.isStrong || (line.mark && line.mark in CHANGE_TONE) ? 2.3 : 1.4,
      strokeDasharray: line.outcome === 'return' ? '4 4' : undefined,
    },
  };
}

const CHANGE_TONE = { added: 'green', removed: 'red', changed: 'amber' } as const;

function edgeColor({ isStrong, outcome, mark }: Line): string {
  if (mark === 'added' || mark === 'removed' || mark === 'changed')
    return `var(--tts-palette-tone-${CHANGE_TONE[mark]}-solid)`;
  if (isStrong) return 'var(--tts-palette-primary-main)';
  if (mark === 'error' || outcome === 'reject') return 'var(--tts-palette-tone-red-solid)';
  if (mark === 'warning') return 'var(--tts-palette-tone-amber-solid)';
  return 'var(--tts-palette-tone-grey-solid)';
}

const oneLine = { whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' } as const;

interface StepBoxProps {
  name: string;
  note: string | null;
  icon: ReactNode;
  iconColors: { color: string; bgcolor: string };
  sx: SxProps<Theme>;
  /** Handles, and what stands behind the name. */
  children: ReactNode;
}

export function StepBox({ name, note, icon, iconColors, sx, children }: StepBoxProps) {
  return (
    <Box
      sx={[
        {
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          px: 1.25,
          borderRadius: 2,
          border: 1,
          bgcolor: 'background.paper',
        },
        ...(Array.isArray(sx) ? sx : [sx]),
      ]}
    >
      <Box
        sx={{
          display: 'grid',
          placeItems: 'center',
          width: 25,
          height: 25,
          borderRadius: '50%',
          flexShrink: 0,
          ...iconColors,
        }}
      >
        {icon}
      </Box>
      <Grow>
        <Box
          sx={{
            fontSize: '0.78rem',
            fontWeight: 600,
            lineHeight: 1.25,
            display: '-webkit-box',
            WebkitLineClamp: 2,
            WebkitBoxOrient: 'vertical',
            overflow: 'hidden',
          }}
        >
          {name}
        </Box>
        {note && <Box sx={{ fontSize: '0.7rem', color: 'text.secondary', ...oneLine }}>{note}</Box>}
      </Grow>
      {children}
    </Box>
  );
}

export function FlowEdge(props: EdgeProps<DrawnEdge>) {
  const { data, markerEnd, style } = props;
  const [path, labelX, labelY] = getSmoothStepPath({
    sourceX: props.sourceX,
    sourceY: props.sourceY,
    sourcePosition: props.sourcePosition,
    targetX: props.targetX,
    targetY: props.targetY,
    targetPosition: props.targetPosition,
    borderRadius: 10,
    offset: data?.back ? 26 : 18,
  });
  const isStraight = !data?.back && Math.abs(props.sourceY - props.targetY) < 2;
  return (
    <>
      <BaseEdge path={path} markerEnd={markerEnd} style={style} interactionWidth={22} />
      <EdgeLabelRenderer>
        <Box
          sx={{
            position: 'absolute',
            // The name of a straight edge stands above the line, any other on the line.
            transform: `translate(-50%, ${isStraight ? '-115%' : '-50%'}) translate(${labelX}px, ${labelY}px)`,
            fontSize: '0.6875rem',
            lineHeight: 1.3,
            px: 0.5,
            maxWidth: 96,
            textAlign: 'center',
            borderRadius: 0.75,
            color: data?.isStrong ? 'primary.main' : 'text.secondary',
            bgcolor: 'background.paper',
            pointerEvents: 'none',
          }}
        >
          {data?.name}
        </Box>
      </EdgeLabelRenderer>
    </>
  );
}
