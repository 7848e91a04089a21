/** Which way a picture had better run, so that it is shown largest on a stage of a given shape. */
import type { Drawing, DrawnNode } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';

type Size = { width: number; height: number };

/** The gaps between and inside the levels, about as the layout has them. */
const BETWEEN = { right: 56, down: 44 };
const INSIDE = 18;
/** The picture turns only for a gain that one sees: turning it for nothing would be a nuisance. */
const WORTH_A_TURN = 1.2;

/** The better direction; `now` stays where the other gains little, or the stage is hidden. */
export function betterDirection(
  drawing: Drawing,
  stage: Size,
  sizeOf: (node: DrawnNode) => Size,
  now: Direction,
): Direction {
  const depth = depths(drawing);
  const levels = new Map<number, Size[]>();
  for (const node of drawing.nodes) {
    const level = depth.get(node.id) ?? 0;
    const known = levels.get(level);
    if (known) {
      known.push(sizeOf(node));
    } else {
      levels.set(level, [sizeOf(node)]);
    }
  }
  const zoom = (direction: Direction) => {
    const [along, across] =
      direction === 'right' ? (['width', 'height'] as const) : (['height', 'width'] as const);
    let length = 0;
    let breadth = 0;
    for (const sizes of levels.values()) {
      length += Math.max(...sizes.map(size => size[along])) + BETWEEN[direction];
      breadth = Math.max(
        breadth,
        sizes.reduce((sum, size) => sum + size[across] + INSIDE, 0),
      );
    }
    return Math.min(stage[along] / length, stage[across] / breadth, 1);
  };
  const other = now === 'right' ? 'down' : 'right';
  return zoom(other) > zoom(now) * WORTH_A_TURN ? other : now;
}

/** How far each node stands from those that wait for nothing, about as the layout has it; cycles are cut somewhere. */
function depths({ nodes, edges }: Drawing): Map<string, number> {
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
