import '@/i18n/ticket';
import { VisuallyHidden } from '@/components/ui/layout';
import '@xyflow/react/dist/base.css';
import { Box } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import {
  type FitViewOptions,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useUpdateNodeInternals,
} from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Graph, GraphStep } from '@/api/workflows';
import { IconCheck, IconCircleDot, IconFlag } from '@/lib/icons';
import { NODE_HEIGHT, NODE_WIDTH, placeSteps } from './layout';
import { type DrawnEdge, drawEdge, FlowEdge, StepBox } from './parts';
import { readingOrder } from './readingOrder';

type StepNode = Node<{ step: GraphStep; vertical: boolean; note: string }, 'step'>;

interface Props {
  graph: Graph;
  /** What a screen reader hears instead of the picture. */
  label: string;
  height?: number;
}

const nodeTypes = { step: StepCard };
const edgeTypes = { flow: FlowEdge };
const NARROW_PX = 560;
const MARGIN_PX = 8;
/** What an edge that goes back and its words take beside the steps (drawn downwards) or below them. */
const BACK_PX = { beside: 78, below: 44 };
const MARK_TONE = { added: 'green', removed: 'red', changed: 'amber' } as const;
const MARK_COLOUR = {
  added: 'tone.green.solid',
  removed: 'tone.red.solid',
  changed: 'tone.amber.solid',
} as const;

export function WorkflowGraph({ graph, label, height = 230 }: Props) {
  const { t } = useTranslation();
  const order = useMemo(() => readingOrder(graph.steps, graph.transitions), [graph]);
  const nameOf = (id: number) => graph.steps.find((step) => step.id === id)?.name ?? '';
  return (
    <Box>
      <ReactFlowProvider>
        <Canvas graph={graph} label={label} height={height} />
      </ReactFlowProvider>
      <VisuallyHidden component="ol" aria-label={label}>
        {order.map((step) => (
          <li key={step.id} aria-current={step.state === 'current' ? 'step' : undefined}>
            {[
              step.name,
              step.role,
              step.state && t(`graph.${step.state}`),
              step.mark && t(`designer.mark.${step.mark}`),
            ]
              .filter(Boolean)
              .join(', ')}
          </li>
        ))}
        {graph.transitions
          .filter((edge) => edge.mark)
          .map((edge) => (
            <li key={`edge-${edge.id}`}>
              {[
                t('graph.transition', {
                  from: nameOf(edge.from_step),
                  to: nameOf(edge.to_step),
                  name: edge.name,
                }),
                edge.mark && t(`designer.mark.${edge.mark}`),
              ].join(', ')}
            </li>
          ))}
      </VisuallyHidden>
    </Box>
  );
}

function Canvas({ graph, label, height }: Required<Props>) {
  const { t } = useTranslation();
  const { mode, systemMode } = useColorScheme();
  const frameRef = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const { fitView } = useReactFlow();
  // What the drawing knows of its own size, which it learns later than we do.
  const paneSize = useStore((state) => `${state.width} × ${state.height}`);
  const vertical = width > 0 && width < NARROW_PX;

  useEffect(() => {
    const frame = frameRef.current;
    if (!frame || !('ResizeObserver' in window)) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);

  const { nodes, edges, boxHeight, view } = useMemo(() => {
    const places = placeSteps(graph.steps, graph.transitions, vertical ? 'TB' : 'LR');
    const nodes: StepNode[] = graph.steps.map((step) => ({
      id: String(step.id),
      type: 'step',
      ariaRole: 'group',
      position: places.get(step.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: { step, vertical, note: step.performer?.full_name ?? step.role ?? '' },
    }));
    const edges: DrawnEdge[] = graph.transitions.map((edge) => {
      const from = places.get(edge.from_step) ?? { x: 0, y: 0 };
      const to = places.get(edge.to_step) ?? { x: 0, y: 0 };
      const back = vertical ? to.y <= from.y : to.x <= from.x;
      return drawEdge({
        id: String(edge.id),
        from: String(edge.from_step),
        to: String(edge.to_step),
        name: edge.mark ? `${edge.name} (${t(`designer.mark.${edge.mark}`)})` : edge.name,
        outcome: edge.outcome,
        back,
        isStrong: edge.taken ?? false,
        mark: edge.mark,
      });
    });
    const right = Math.max(...[...places.values()].map((place) => place.x + NODE_WIDTH), 1);
    const bottom = Math.max(...[...places.values()].map((place) => place.y + NODE_HEIGHT), 0);
    // The view is fitted to the steps alone: edges that go back need room of their own.
    const goesBack = edges.some((edge) => edge.data?.back);
    const beside = goesBack && vertical ? BACK_PX.beside : MARGIN_PX;
    const below = goesBack && !vertical ? BACK_PX.below : MARGIN_PX;
    const scale = width > 0 ? Math.min(1, (width - MARGIN_PX - beside) / right) : 1;
    const wanted = Math.ceil(bottom * scale) + MARGIN_PX + below + 16;
    const view = {
      padding: {
        top: `${MARGIN_PX}px`,
        left: `${MARGIN_PX}px`,
        right: `${beside}px`,
        bottom: `${below}px`,
      },
      maxZoom: 1,
    } satisfies FitViewOptions;
    return { nodes, edges, view, boxHeight: Math.max(132, Math.min(wanted, vertical ? 620 : height)) };
  }, [graph, vertical, height, width, t]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: refit whenever what is drawn or the room for it changes
  useEffect(() => {
    const timer = setTimeout(() => void fitView(view), 30);
    return () => clearTimeout(timer);
  }, [nodes, paneSize, view, fitView]);

  return (
    <Box
      dir="ltr" // a drawing, whose places are kept as they are
      ref={frameRef}
      role="img"
      aria-label={label}
      sx={{ height: boxHeight, '& .react-flow__attribution': { display: 'none' } }}
    >
      {/* Drawn when the room is known, so that edges are fastened once. */}
      {(width > 0 || !('ResizeObserver' in window)) && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          colorMode={(mode === 'system' ? systemMode : mode) === 'dark' ? 'dark' : 'light'}
          fitView
          fitViewOptions={view}
          minZoom={0.3}
          maxZoom={1.4}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          preventScrolling={false}
          zoomOnDoubleClick={false}
          proOptions={{ hideAttribution: true }}
          style={{ background: 'transparent' }}
        />
      )}
    </Box>
  );
}

function StepCard({ id, data }: NodeProps<StepNode>) {
  const { step, vertical, note } = data;
  const measureAgain = useUpdateNodeInternals();
  // Edges remember where they were fastened; drawn the other way, they are fastened anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the direction is what moves the ends
  useEffect(() => measureAgain(id), [id, vertical, measureAgain]);
  const current = step.state === 'current';
  const done = step.state === 'done';
  const Icon = done ? IconCheck : step.is_end ? IconFlag : IconCircleDot;
  return (
    <StepBox
      name={step.name}
      note={note}
      icon={<Icon size={14} />}
      iconColors={{
        bgcolor: current ? 'primary.main' : done ? 'tone.green.bg' : 'surface.hover',
        color: current ? 'primary.contrastText' : done ? 'tone.green.fg' : 'text.secondary',
      }}
      sx={{
        border: current ? 2 : 1,
        borderColor: current ? 'primary.main' : step.mark ? MARK_COLOUR[step.mark] : 'divider',
        outline: step.mark ? '1px solid' : undefined,
        outlineColor: (theme) =>
          step.mark ? theme.vars?.palette.tone[MARK_TONE[step.mark]].solid : undefined,
        borderStyle: step.state === 'ahead' ? 'dashed' : 'solid',
        bgcolor: current ? 'surface.selected' : done ? 'surface.hover' : 'background.paper',
        boxShadow: current ? '0 4px 14px rgb(0 0 0 / 0.08)' : 'none',
      }}
    >
      <Handle
        type="target"
        id="in"
        position={vertical ? Position.Top : Position.Left}
        style={{ opacity: 0 }}
      />
      <Handle
        type="source"
        id="out"
        position={vertical ? Position.Bottom : Position.Right}
        style={{ opacity: 0 }}
      />
      <Handle
        type="target"
        id="back-in"
        position={vertical ? Position.Right : Position.Bottom}
        style={{ opacity: 0 }}
      />
      <Handle
        type="source"
        id="back-out"
        position={vertical ? Position.Right : Position.Bottom}
        style={{ opacity: 0 }}
      />
    </StepBox>
  );
}
