/** Wheel and pointer on the ground of the drawing: they pan it and zoom it. */
import type { View } from './framing.ts';

export interface Movable {
  readonly view: View;
  /** Shows that part, as the person moved it. */
  set(view: View): void;
  zoomBy(factor: number, at?: { x: number; y: number }): void;
}

export function panAndZoom(svg: SVGSVGElement, viewport: Movable): void {
  svg.addEventListener('pointerdown', () => svg.classList.remove('moving'), true);
  svg.addEventListener('wheel', event => wheel(svg, viewport, event), { passive: false });
  svg.addEventListener('pointerdown', event => {
    if (event.button > 1 || (event.target as Element).closest('.node')) {
      return;
    }
    const start = { ...viewport.view };
    drag(svg, event, (dx, dy) => {
      viewport.set({ ...start, x: start.x - dx / start.zoom, y: start.y - dy / start.zoom });
    });
  });
}

function wheel(svg: SVGSVGElement, viewport: Movable, event: WheelEvent): void {
  event.preventDefault();
  svg.classList.remove('moving');
  const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  if (event.ctrlKey || event.metaKey) {
    const { left, top } = svg.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    viewport.zoomBy(Math.exp(-event.deltaY * step * 0.006), at);
    return;
  }
  const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
  const { x, y, zoom } = viewport.view;
  viewport.set({ x: x + (dx * step) / zoom, y: y + (dy * step) / zoom, zoom });
}

/** Follows the pointer until it is let go; `moved` is called with its way, once that is more than a click. */
function drag(target: SVGSVGElement, event: PointerEvent, moved: (dx: number, dy: number) => void): void {
  target.setPointerCapture(event.pointerId);
  target.classList.add('dragged');
  target.classList.remove('moved');
  const move = (now: PointerEvent) => {
    const [dx, dy] = [now.clientX - event.clientX, now.clientY - event.clientY];
    if (Math.hypot(dx, dy) > 3) {
      target.classList.add('moved');
    }
    if (target.classList.contains('moved')) {
      moved(dx, dy);
    }
  };
  const end = () => {
    target.classList.remove('dragged');
    target.removeEventListener('pointermove', move);
    target.removeEventListener('pointerup', end);
    target.removeEventListener('pointercancel', end);
  };
  target.addEventListener('pointermove', move);
  target.addEventListener('pointerup', end);
  target.addEventListener('pointercancel', end);
}
