/** Which way a picture had better run, so that it is shown largest on a stage of a given shape. */
import type { Drawing, DrawnNode } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';
import { depths } from './depths.ts';

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
  const depth = depths(drawing.nodes, drawing.edges);
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
