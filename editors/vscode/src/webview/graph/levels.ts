/** The bar of levels along the edge of the stage: where each level is, and a click folds it into one node. */
import type { Drawing } from '../../graphModel.ts';
import type { Direction } from '../../messages.ts';
import { levelName } from '../../summary.ts';
import { h } from '../dom.ts';
import type { View } from './framing.ts';
import type { Layout } from './geometry.ts';

interface Band {
  level: number;
  middle: number;
  /** From the first to the last of its nodes, across the way that the picture runs. */
  across: Span;
  button: HTMLButtonElement;
}

export interface LevelBar {
  element: HTMLElement;
  draw(drawing: Drawing, layout: Layout, direction: Direction, folded: ReadonlySet<number>): void;
  /** Moves the buttons along with the picture. */
  follow(view: View): void;
}

type Span = [from: number, to: number];

const ROOM = { right: 66, down: 24 };
/** As far as a label reaches into the stage beside its level, in pixels of the screen. */
const REACH = 62;

export function createLevelBar(toggle: (level: number) => void): LevelBar {
  const element = h('div', { id: 'levels', role: 'toolbar', 'aria-label': 'Levels' });
  let bands: Band[] = [];
  let direction: Direction = 'right';

  return {
    element,
    draw(drawing, layout, way, folded) {
      direction = way;
      const spans = new Map<number, Span>();
      const widths = new Map<number, Span>();
      for (const node of drawing.nodes) {
        const box = layout.nodes.get(node.id);
        if (node.level === null || !box) {
          continue;
        }
        const [x, y]: Span[] = [
          [box.x, box.x + box.width],
          [box.y, box.y + box.height],
        ];
        const [along, across] = way === 'right' ? [x, y] : [y, x];
        spans.set(node.level, joined(spans.get(node.level), along as Span));
        widths.set(node.level, joined(widths.get(node.level), across as Span));
      }
      const old = new Map(bands.map(band => [band.level, band.button]));
      const inOrder = [...spans].sort(([a], [b]) => a - b);
      bands = (areApart(inOrder) ? inOrder : []).map(([level, [from, to]]) => {
        const button = old.get(level) ?? h('button', { click: () => toggle(level), 'data-level': level });
        button.replaceChildren(
          `${folded.has(level) ? '▸' : '▾'} `,
          h('span', {}, 'level '),
          String(level + 1),
        );
        button.setAttribute('aria-label', levelName(level));
        button.setAttribute('aria-expanded', String(!folded.has(level)));
        button.title = folded.has(level) ? 'Unfold this level' : 'Fold this level into one node';
        return { level, middle: (from + to) / 2, across: widths.get(level) ?? [0, 0], button };
      });
      element.className = way;
      element.replaceChildren(...bands.map(band => band.button));
    },
    follow(view) {
      let end = Number.NEGATIVE_INFINITY;
      for (const { middle, across, button } of bands) {
        const at = (middle - (direction === 'right' ? view.x : view.y)) * view.zoom;
        // Far out there is no room for every label; the ones that would overlap are left out.
        const fits = at - ROOM[direction] / 2 >= end;
        button.classList.toggle('hidden', !fits);
        const [first, last] = across.map(one => (one - view.x) * view.zoom) as Span;
        button.classList.toggle('short', direction === 'down' && first < REACH && last > 0);
        if (fits) {
          button.style.setProperty(direction === 'right' ? 'left' : 'top', `${Math.round(at)}px`);
          button.style.removeProperty(direction === 'right' ? 'top' : 'left');
          end = at + ROOM[direction] / 2;
        }
      }
    },
  };
}

const joined = (known: Span | undefined, [from, to]: Span): Span =>
  known ? [Math.min(known[0], from), Math.max(known[1], to)] : [from, to];

/**
 * Whether the levels stand one behind the other. Those of a workflow need not: its steps run in the order of the file,
 * and where none waits for another they stand side by side.
 */
function areApart(spans: readonly [level: number, Span][]): boolean {
  return spans.every(([, [from]], index) => index === 0 || from >= (spans[index - 1]?.[1][1] ?? from));
}
