import dagre from '@dagrejs/dagre';
import type { GraphEdge, GraphStep } from '@/api/workflows';

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 60;

export interface Place {
  x: number;
  y: number;
}

/** Layered places for the steps. Edges that go back are left out of the ranking, so that the flow reads one way. */
export function placeSteps(
  steps: GraphStep[],
  edges: GraphEdge[],
  direction: 'LR' | 'TB',
): Map<number, Place> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({
    rankdir: direction,
    nodesep: 34,
    ranksep: direction === 'LR' ? 118 : 58,
    marginx: 8,
    marginy: 8,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) graph.setNode(String(step.id), { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of edges) {
    // The way things should go is drawn straight; refusals bend around it.
    const weight = edge.outcome === 'reject' ? 1 : 6;
    if (edge.outcome !== 'return') graph.setEdge(String(edge.from_step), String(edge.to_step), { weight });
  }
  dagre.layout(graph);
  const places = new Map(
    steps.map((step) => {
      const node = graph.node(String(step.id));
      return [step.id, { x: node.x - NODE_WIDTH / 2, y: node.y - NODE_HEIGHT / 2 }];
    }),
  );
  putRefusalsLast(places, edges, direction);
  return places;
}

/** Among steps side by side, those that only a refusal leads to come last: the good way is read first. */
function putRefusalsLast(places: Map<number, Place>, edges: GraphEdge[], direction: 'LR' | 'TB'): void {
  const [along, across] = direction === 'LR' ? (['x', 'y'] as const) : (['y', 'x'] as const);
  const isRefusal = (id: number) => {
    const incoming = edges.filter((edge) => edge.to_step === id && edge.outcome !== 'return');
    return incoming.length > 0 && incoming.every((edge) => edge.outcome === 'reject');
  };
  const layers = new Map<number, number[]>();
  for (const [id, place] of places) layers.set(place[along], [...(layers.get(place[along]) ?? []), id]);
  for (const ids of layers.values()) {
    const slots = ids.map((id) => (places.get(id) as Place)[across]).sort((a, b) => a - b);
    const wanted = [...ids].sort(
      (a, b) =>
        Number(isRefusal(a)) - Number(isRefusal(b)) ||
        (places.get(a) as Place)[across] - (places.get(b) as Place)[across],
    );
    wanted.forEach((id, index) => {
      (places.get(id) as Place)[across] = slots[index] as number;
    });
  }
}
