/** Levels of a graph that is drawn, which may have cycles. */

/** How far each node stands from those that wait for nothing, about as the layout has it; cycles are cut somewhere. */
export function depths(
  nodes: readonly { id: string }[],
  edges: readonly { from: string; to: string }[],
): Map<string, number> {
  const waiting = new Map(nodes.map(node => [node.id, 0]));
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (from !== to) {
      waiting.set(to, (waiting.get(to) ?? 0) + 1);
      const list = next.get(from);
      if (list) {
        list.push(to);
      } else {
        next.set(from, [to]);
      }
    }
  }
  const depth = new Map<string, number>();
  const pending = new Set(nodes.map(node => node.id));
  const ready = nodes.filter(node => waiting.get(node.id) === 0).map(node => node.id);
  while (pending.size > 0) {
    // Where all that is left waits for something, it is a cycle: it is cut at its first step.
    const id = ready.pop() ?? (pending.values().next().value as string);
    if (!pending.delete(id)) {
      continue;
    }
    for (const other of next.get(id) ?? []) {
      depth.set(other, Math.max(depth.get(other) ?? 0, (depth.get(id) ?? 0) + 1));
      const left = (waiting.get(other) ?? 0) - 1;
      waiting.set(other, left);
      if (left === 0) {
        ready.push(other);
      }
    }
  }
  return depth;
}
