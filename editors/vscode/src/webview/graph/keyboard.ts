/** Where an arrow key leads: along the edges, and across the nodes of a level. */
import type { Drawing } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';
import type { Box, Layout } from './geometry.ts';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The node that an arrow key leads to, or the same when there is none that way. */
export function neighbour(
  drawing: Pick<Drawing, 'edges'>,
  layout: Pick<Layout, 'nodes'>,
  direction: Direction,
  id: string,
  key: Arrow,
): string {
  const box = layout.nodes.get(id);
  if (!box) {
    return id;
  }
  const along = direction === 'right' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  if (key === along[0] || key === along[1]) {
    const forward = key === along[1];
    const linked = drawing.edges
      .filter(edge => (forward ? edge.from : edge.to) === id)
      .map(edge => (forward ? edge.to : edge.from));
    return nearest(linked, layout, box, id) ?? id;
  }
  const across = direction === 'right' ? 'y' : 'x';
  const flow = direction === 'right' ? 'x' : 'y';
  const breadth = direction === 'right' ? 'width' : 'height';
  const sign = key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1;
  const level = [...layout.nodes]
    .filter(([other, its]) => {
      const overlaps = its[flow] < box[flow] + box[breadth] && box[flow] < its[flow] + its[breadth];
      return other !== id && overlaps && (its[across] - box[across]) * sign > 0;
    })
    .map(([other]) => other);
  return nearest(level, layout, box, id) ?? id;
}

function nearest(
  ids: readonly string[],
  layout: Pick<Layout, 'nodes'>,
  from: Box,
  self: string,
): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const box = layout.nodes.get(id);
    if (id === self || !box) {
      continue;
    }
    const distance = Math.hypot(
      box.x + box.width / 2 - from.x - from.width / 2,
      box.y + box.height / 2 - from.y - from.height / 2,
    );
    if (distance < least) {
      least = distance;
      best = id;
    }
  }
  return best;
}
