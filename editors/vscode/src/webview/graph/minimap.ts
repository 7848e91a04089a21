/** A small picture of the whole graph with the part in sight framed; a click or a drag moves it. */
import type { Drawing } from '../../graphModel.ts';
import { put, s } from '../dom.ts';
import type { Layout } from './geometry.ts';
import type { Viewport } from './viewport.ts';

const WIDTH = 180;
const HEIGHT = 120;
/** A smaller graph is its own map. */
const FEWEST = 25;

export interface Minimap {
  element: SVGSVGElement;
  draw(drawing: Drawing, layout: Layout): void;
  frame(): void;
}

export function createMinimap(viewport: () => Viewport): Minimap {
  const nodes = s('g');
  const frame = s('rect', { class: 'frame' });
  // It repeats what the picture itself says, so a screen reader passes over it.
  const element = s(
    'svg',
    { id: 'minimap', 'aria-hidden': 'true', width: WIDTH, height: HEIGHT },
    nodes,
    frame,
  );
  let layout: Layout | undefined;

  const scale = () => (layout ? Math.min(WIDTH / layout.width, HEIGHT / layout.height) : 1);

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
    const k = scale();
    put(frame, 'x', view.x * k);
    put(frame, 'y', view.y * k);
    put(frame, 'width', seen.width * k);
    put(frame, 'height', seen.height * k);
  }

  function moveTo(event: PointerEvent): void {
    const { left, top } = element.getBoundingClientRect();
    const port = viewport();
    const { width, height } = port.size();
    const k = scale();
    port.set({
      zoom: port.view.zoom,
      x: (event.clientX - left) / k - width / 2 / port.view.zoom,
      y: (event.clientY - top) / k - height / 2 / port.view.zoom,
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
      const k = scale();
      // One path a state: two thousand nodes are then five elements.
      const paths = new Map<string, string>();
      for (const node of drawing.nodes) {
        const box = next.nodes.get(node.id);
        if (box) {
          const key = node.change ? `change-${node.change}` : `state-${node.state}`;
          const part = `M${(box.x * k).toFixed(1)} ${(box.y * k).toFixed(1)}h${Math.max(1.5, box.width * k).toFixed(1)}v${Math.max(1.5, box.height * k).toFixed(1)}h-${Math.max(1.5, box.width * k).toFixed(1)}z`;
          paths.set(key, (paths.get(key) ?? '') + part);
        }
      }
      nodes.replaceChildren(...[...paths].map(([key, d]) => s('path', { class: key, d })));
      update();
    },
    frame: update,
  };
}
