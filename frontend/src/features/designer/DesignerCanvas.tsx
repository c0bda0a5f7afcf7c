import '@xyflow/react/dist/base.css';
import { Box, IconButton } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import {
  Background,
  type Connection,
  type EdgeChange,
  Handle,
  type Node,
  type NodeChange,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { type DragEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NODE_HEIGHT, NODE_WIDTH } from '@/components/graph/layout';
import { type DrawnEdge, drawEdge, FlowEdge, StepBox } from '@/components/graph/parts';
import { Tooltip } from '@/components/ui/Tooltip';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDot,
  IconEye,
  IconFlag,
  IconMaximize,
  IconPlayerPlay,
} from '@/lib/icons';
import { DRAG_TYPE } from './dragType';
import { addEdge, type Draft, type DraftStep, type Marks, type Palette, type Selection } from './model';

type StepNode = Node<{ step: DraftStep; mark?: 'error' | 'warning' }, 'step'>;

interface Props {
  draft: Draft;
  selection: Selection;
  marks: Marks;
  onSelect: (selection: Selection) => void;
  onChange: (edit: (draft: Draft) => Draft, tag?: string | null) => void;
  onAdd: (type: Palette, at: { x: number; y: number }) => void;
}

const nodeTypes = { step: StepCard };
const edgeTypes = { flow: FlowEdge };

export function DesignerCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ draft, selection, marks, onSelect, onChange, onAdd }: Props) {
  const { t } = useTranslation();
  const { mode, systemMode } = useColorScheme();
  const { fitView, screenToFlowPosition } = useReactFlow();
  // Where a step is while it is being dragged; the draft hears of it when it is let go.
  const [dragged, setDragged] = useState<Record<string, { x: number; y: number }>>({});

  const nodes = useMemo<StepNode[]>(
    () =>
      draft.steps.map((step) => ({
        id: step.key,
        type: 'step',
        ariaRole: 'group',
        position: dragged[step.key] ?? { x: step.x, y: step.y },
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        selected: selection?.kind === 'step' && selection.key === step.key,
        ariaLabel: [step.name, step.role].filter(Boolean).join(', '),
        data: { step, mark: marks.get(step.key) },
      })),
    [draft.steps, dragged, marks, selection],
  );
  const edges = useMemo<DrawnEdge[]>(() => {
    const place = new Map(draft.steps.map((step) => [step.key, dragged[step.key] ?? step]));
    return draft.edges.map((edge) => {
      const back = (place.get(edge.to)?.x ?? 0) <= (place.get(edge.from)?.x ?? 0);
      const selected = selection?.kind === 'edge' && selection.key === edge.key;
      return {
        ...drawEdge({
          id: edge.key,
          from: edge.from,
          to: edge.to,
          name: edge.name,
          outcome: edge.outcome,
          back,
          isStrong: selected,
          mark: marks.get(edge.key),
        }),
        selected,
        ariaLabel: edge.name,
      };
    });
  }, [draft, dragged, marks, selection]);

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNode>[]) => {
      const moved: Record<string, { x: number; y: number }> = {};
      let isDone = false;
      for (const change of changes) {
        if (change.type === 'select' && change.selected) onSelect({ kind: 'step', key: change.id });
        if (change.type === 'position' && change.position) {
          moved[change.id] = change.position;
          if (!change.dragging) isDone = true;
        }
      }
      if (Object.keys(moved).length === 0) return;
      if (!isDone) {
        setDragged((before) => ({ ...before, ...moved }));
        return;
      }
      setDragged({});
      onChange((each) => {
        const steps = each.steps.map((step) => {
          const to = moved[step.key];
          return to && (Math.round(to.x) !== step.x || Math.round(to.y) !== step.y)
            ? { ...step, x: Math.round(to.x), y: Math.round(to.y) }
            : step;
        });
        return steps.some((step, index) => step !== each.steps[index]) ? { ...each, steps } : each;
      });
    },
    [onChange, onSelect],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<DrawnEdge>[]) => {
      for (const change of changes)
        if (change.type === 'select' && change.selected) onSelect({ kind: 'edge', key: change.id });
    },
    [onSelect],
  );
  const onConnect = useCallback(
    ({ source, target }: Connection) => {
      let made: string | null = null;
      onChange((each) => {
        const added = addEdge(each, source, target);
        made = added.key;
        return added.draft;
      });
      if (made) onSelect({ kind: 'edge', key: made });
    },
    [onChange, onSelect],
  );
  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer.getData(DRAG_TYPE);
      if (!type) return;
      event.preventDefault();
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      onAdd(type as Palette, { x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) });
    },
    [onAdd, screenToFlowPosition],
  );

  const stepCount = draft.steps.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new or lost step is brought into sight
  useEffect(() => {
    const timer = setTimeout(() => void fitView({ padding: 0.12, maxZoom: 1, duration: 160 }), 40);
    return () => clearTimeout(timer);
  }, [stepCount, fitView]);

  // The side panel takes room and gives it back.
  const frameRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = frameRef.current;
    if (!frame) return;
    let width = 0;
    const observer = new ResizeObserver(([entry]) => {
      const next = entry?.contentRect.width ?? 0;
      if (width > 0 && Math.abs(next - width) > 8) void fitView({ padding: 0.12, maxZoom: 1 });
      width = next;
    });
    observer.observe(frame);
    return () => observer.disconnect();
  }, [fitView]);

  return (
    <Box
      dir="ltr" // a drawing, whose places are kept as they are
      ref={frameRef}
      role="group"
      aria-label={t('designer.canvas')}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
      }}
      onDrop={onDrop}
      sx={{
        position: 'relative',
        height: '100%',
        minHeight: 360,
        '& .react-flow__attribution': { display: 'none' },
        '& .react-flow__handle': {
          width: 11,
          height: 11,
          border: '2px solid var(--tts-palette-background-paper)',
          background: 'var(--tts-palette-tone-grey-solid)',
        },
        '& .react-flow__handle:hover': { background: 'var(--tts-palette-primary-main)' },
        '& .react-flow__node:focus-visible': { outlineOffset: 3, borderRadius: 2 },
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onPaneClick={() => onSelect(null)}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        colorMode={(mode === 'system' ? systemMode : mode) === 'dark' ? 'dark' : 'light'}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        maxZoom={1.6}
        preventScrolling={false}
        zoomOnScroll={false}
        proOptions={{ hideAttribution: true }}
        style={{ background: 'transparent' }}
      >
        <Background gap={22} size={1} color="var(--tts-palette-divider)" bgColor="transparent" />
      </ReactFlow>
      <Box
        sx={{
          position: 'absolute',
          insetInlineEnd: 8,
          bottom: 8,
          bgcolor: 'background.paper',
          borderRadius: 1,
          border: 1,
          borderColor: 'divider',
        }}
      >
        <Tooltip title={t('designer.fit')}>
          <IconButton
            aria-label={t('designer.fit')}
            onClick={() => void fitView({ padding: 0.12, maxZoom: 1 })}
          >
            <IconMaximize size={16} />
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

function StepCard({ data, selected }: NodeProps<StepNode>) {
  const { step, mark } = data;
  const Icon = step.isEnd
    ? IconFlag
    : step.isStart
      ? IconPlayerPlay
      : step.kind === 'approval'
        ? IconCircleCheck
        : step.kind === 'review'
          ? IconEye
          : IconCircleDot;
  const tone = step.isEnd
    ? step.endStatus === 'rejected'
      ? 'red'
      : 'green'
    : step.kind === 'approval'
      ? 'violet'
      : 'blue';
  return (
    <StepBox
      name={step.name}
      note={step.role}
      icon={<Icon size={15} />}
      iconColors={{ bgcolor: `tone.${tone}.bg`, color: `tone.${tone}.fg` }}
      sx={{
        borderColor: selected
          ? 'primary.main'
          : mark === 'error'
            ? 'tone.red.solid'
            : mark === 'warning'
              ? 'tone.amber.solid'
              : 'divider',
        outline: selected ? '2px solid var(--tts-palette-primary-main)' : 'none',
        outlineOffset: -1,
        bgcolor: selected ? 'surface.selected' : 'background.paper',
        boxShadow: '0 1px 3px rgb(0 0 0 / 0.06)',
      }}
    >
      <Handle type="target" id="in" position={Position.Left} />
      {!step.isEnd && <Handle type="source" id="out" position={Position.Right} />}
      <Handle
        type="target"
        id="back-in"
        position={Position.Bottom}
        isConnectable={false}
        style={{ opacity: 0 }}
      />
      <Handle
        type="source"
        id="back-out"
        position={Position.Bottom}
        isConnectable={false}
        style={{ opacity: 0 }}
      />
      {mark && (
        <Box sx={{ color: mark === 'error' ? 'tone.red.solid' : 'tone.amber.solid', display: 'flex' }}>
          <IconAlertTriangle size={15} />
        </Box>
      )}
    </StepBox>
  );
}
