/** A small picture of the whole graph with the part in sight framed; a click or a drag moves it. */
import type { Drawing } from '../../graphModel.ts';
import { put, s } from '../dom.ts';
import type { Layout } from './geometry.ts';
import type { Viewport } from './viewport.ts';

/** The room that it may take, in pixels. */
const MOST = { width: 180, height: 120 };
/** A long thin graph is shown thicker than it is: on a line of two pixels nobody can point at anything. */
const THINNEST = 36;
/** A smaller graph is its own map. */
const FEWEST = 10;

export interface Minimap {
  element: SVGSVGElement;
  draw(drawing: Drawing, layout: Layout): void;
  frame(): void;
}

export function createMinimap(viewport: () => Viewport): Minimap {
  const nodes = s('g');
  const frame = s('rect', { class: 'frame' });
  // It repeats what the picture itself says, so a screen reader passes over it.
  const element = s('svg', { id: 'minimap', 'aria-hidden': 'true' }, nodes, frame);
  let layout: Layout | undefined;

  let scale = { x: 1, y: 1 };

  /** The map has the shape of the graph, as far as its room and its thinnest side let it. */
  function shapeTo(drawing: Layout): void {
    const both = Math.min(MOST.width / drawing.width, MOST.height / drawing.height);
    const side = (length: number, most: number) => Math.min(most, Math.max(THINNEST, length * both));
    const width = side(drawing.width, MOST.width);
    const height = side(drawing.height, MOST.height);
    scale = { x: width / drawing.width, y: height / drawing.height };
    put(element, 'width', Math.round(width));
    put(element, 'height', Math.round(height));
  }

  function update(): void {
    const { view, size } = viewport();
    const { width, height } = size();
    if (!layout) {
      element.classList.add('hidden');
      return;
    }
    const seen = { width: width / view.zoom, height: height / view.zoom };
    const all =
      view.x <= 0 &&
      view.y <= 0 &&
      view.x + seen.width >= layout.width &&
      view.y + seen.height >= layout.height;
    element.classList.toggle('hidden', all || layout.nodes.size < FEWEST);
    // Only the part of the frame that is on the map; what lies beside the graph is no place to go to.
    const part = (start: number, length: number, whole: number) => {
      const from = Math.min(Math.max(0, start), whole);
      return [from, Math.max(0, Math.min(whole, start + length) - from)] as const;
    };
    const [x, w] = part(view.x, seen.width, layout.width);
    const [y, h] = part(view.y, seen.height, layout.height);
    put(frame, 'x', x * scale.x);
    put(frame, 'y', y * scale.y);
    put(frame, 'width', Math.max(3, w * scale.x));
    put(frame, 'height', Math.max(3, h * scale.y));
  }

  function moveTo(event: PointerEvent): void {
    const { left, top } = element.getBoundingClientRect();
    const port = viewport();
    const { width, height } = port.size();
    port.set({
      zoom: port.view.zoom,
      x: (event.clientX - left) / scale.x - width / 2 / port.view.zoom,
      y: (event.clientY - top) / scale.y - height / 2 / port.view.zoom,
    });
  }
  element.addEventListener('pointerdown', event => {
    element.setPointerCapture(event.pointerId);
    moveTo(event);
  });
  element.addEventListener('pointermove', event => {
    if (event.buttons > 0) {
      moveTo(event);
    }
  });

  return {
    element,
    draw(drawing, next) {
      layout = next;
      shapeTo(next);
      const paths = pathsOf(drawing, next, scale);
      nodes.replaceChildren(...[...paths].map(([key, d]) => s('path', { class: key, d })));
      update();
    },
    frame: update,
  };
}

/** The nodes as one path a state: two thousand of them are then five elements. */
function pathsOf(drawing: Drawing, layout: Layout, scale: { x: number; y: number }): Map<string, string> {
  const paths = new Map<string, string>();
  for (const node of drawing.nodes) {
    const box = layout.nodes.get(node.id);
    if (box) {
      const key = node.change ? `change-${node.change}` : `state-${node.state}`;
      const w = Math.max(1.5, box.width * scale.x).toFixed(1);
      const h = Math.max(1.5, box.height * scale.y).toFixed(1);
      const part = `M${(box.x * scale.x).toFixed(1)} ${(box.y * scale.y).toFixed(1)}h${w}v${h}h-${w}z`;
      paths.set(key, (paths.get(key) ?? '') + part);
    }
  }
  return paths;
}
