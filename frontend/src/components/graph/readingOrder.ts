import type { GraphEdge, GraphStep } from '@/api/workflows';

/** Steps in the order a reader would tell them: from the start, along the edges. */
export function readingOrder(steps: GraphStep[], edges: GraphEdge[]): GraphStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const seen = new Set<number>();
  const queue = steps.filter((step) => step.is_start).map((step) => step.id);
  const order: GraphStep[] = [];
  while (queue.length > 0) {
    const id = queue.shift() as number;
    const step = byId.get(id);
    if (!step || seen.has(id)) continue;
    seen.add(id);
    order.push(step);
    for (const edge of edges)
      if (edge.from_step === id && edge.outcome !== 'return') queue.push(edge.to_step);
  }
  return [...order, ...steps.filter((step) => !seen.has(step.id))];
}
