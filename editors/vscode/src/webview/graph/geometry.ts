/** Places of nodes, and paths of edges as SVG has them. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  nodes: Map<string, Box>;
  /** Each edge as the data of an SVG path. */
  edges: Map<string, string>;
  milliseconds: number;
}

export interface Point {
  x: number;
  y: number;
}

const CORNER = 7;

/** A line through the points, with its corners rounded. */
export function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) {
    return '';
  }
  let path = `M${at(first)}`;
  for (let i = 1; i < points.length - 1; i += 1) {
    const before = points[i - 1] as Point;
    const corner = points[i] as Point;
    const after = points[i + 1] as Point;
    path += `L${at(towards(corner, before))}Q${at(corner)} ${at(towards(corner, after))}`;
  }
  return `${path}L${at(last)}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(CORNER / length, 0.5);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

export function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}
