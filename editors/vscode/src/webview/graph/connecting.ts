/** Draws an edge from one step to another, by pulling at a handle or with the keys. */
import { dependencies, reach } from '../../graphModel.ts';
import type { AskedEdit } from '../../messages.ts';
import { put } from '../dom.ts';
import { ask, boxOf, type Drawn, type Hand, isStep, onStage, type Spot } from './hand.ts';
import { type End, endOf } from './handles.ts';

/** How far the pointer has to go before a press on a node is a drag, in pixels. */
const DRAG = 6;

/** Shows at once what cannot be the other end of an edge that begins at a step. */
export function begin(hand: Hand, id: string, end: End): void {
  const { shown, picture } = hand.view;
  const edges = shown.graph ? dependencies(shown.graph) : [];
  const { upstream, downstream } = reach(edges, id);
  const direct = edges.flatMap(edge => {
    const [near, far] = end === 'out' ? [edge.from, edge.to] : [edge.to, edge.from];
    return near === id ? [far] : [];
  });
  const drawn: Drawn = {
    id,
    end,
    refused: new Set([id, ...(end === 'out' ? upstream : downstream), ...direct]),
  };
  hand.drawn = drawn;
  picture.svg.classList.add('connecting');
  for (const node of shown.drawing?.nodes ?? []) {
    const element = picture.node(node.id);
    if (element) {
      put(element, 'data-target', isStep(hand, node.id) && !drawn.refused.has(node.id) ? 'yes' : 'no');
    }
  }
  hand.handles.hide();
}

/** Ends the drawing, whatever came of it. */
export function finish(hand: Hand): Drawn | undefined {
  const { drawn, view } = hand;
  if (drawn) {
    hand.drawn = undefined;
    view.picture.svg.classList.remove('connecting');
    hand.rubber.classList.add('hidden');
    hand.note.hide();
    for (const element of view.picture.svg.querySelectorAll('.node')) {
      element.removeAttribute('data-target');
      element.classList.remove('over');
    }
  }
  return drawn;
}

/** The edge from what is waited for to what waits, whichever end it was drawn from. */
export function edgeTo({ id, end }: Drawn, other: string): AskedEdit {
  return end === 'out' ? { kind: 'addEdge', from: id, to: other } : { kind: 'addEdge', from: other, to: id };
}

/** The other end is over a node: where it cannot be, the server is asked why. */
export function over(hand: Hand, id: string | undefined): void {
  const { drawn, view } = hand;
  if (!drawn || drawn.over === id) {
    return;
  }
  if (drawn.over !== undefined) {
    view.picture.node(drawn.over)?.classList.remove('over');
  }
  drawn.over = id;
  hand.note.hide();
  if (id !== undefined && id !== drawn.id) {
    view.picture.node(id)?.classList.add('over');
    if (drawn.refused.has(id) || !isStep(hand, id)) {
      view.send({ type: 'try', edit: edgeTo(drawn, id) });
    }
  }
}

/** `dropped` is called with the step that an edge was pulled from to the bare ground. */
export function listenToPointer(hand: Hand, dropped: (id: string, at: Spot) => void): void {
  const { svg } = hand.view.picture;
  svg.addEventListener(
    'pointerdown',
    event => {
      hand.note.hide();
      const target = event.target as Element;
      const handle = target.closest<SVGElement>('.handle');
      if (event.button !== 0) {
        return;
      }
      if (handle && hand.handles.at !== undefined) {
        begin(hand, hand.handles.at, handle.dataset.end as End);
        followPull(hand, event, dropped);
      } else {
        const id = target.closest<SVGElement>('.node')?.dataset.id;
        if (isStep(hand, id)) {
          refuseDrag(hand, event, id);
        }
      }
    },
    true,
  );
  svg.addEventListener('pointerover', event => {
    const target = event.target as Element;
    if (!target.closest('.handles')) {
      showHandles(hand, target.closest<SVGElement>('.node')?.dataset.id ?? focused());
    }
  });
  svg.addEventListener('pointerleave', () => showHandles(hand, focused()));
  svg.addEventListener('focusin', event =>
    showHandles(hand, (event.target as Element).closest<SVGElement>('.node')?.dataset.id),
  );
}

/** The handles show on one node at a time; they are not there twice for each of thousands. */
export function showHandles(hand: Hand, id: string | undefined): void {
  const box = boxOf(hand, id);
  if (box && isStep(hand, id) && !hand.drawn) {
    hand.handles.show(id, box, hand.redraw.direction(), hand.view.viewport.view.zoom);
  } else {
    hand.handles.hide();
  }
}

export function focused(): string | undefined {
  return document.activeElement?.closest<SVGElement>('.node')?.dataset.id;
}

/** Follows the pointer from the press on a handle until it is let go, or the drawing ends otherwise. */
function followPull(hand: Hand, event: PointerEvent, dropped: (id: string, at: Spot) => void): void {
  const { svg } = hand.view.picture;
  event.preventDefault();
  event.stopImmediatePropagation();
  svg.setPointerCapture(event.pointerId);
  const moving = (now: PointerEvent) => pull(hand, now);
  const stop = (now: PointerEvent) => {
    svg.removeEventListener('pointermove', moving);
    svg.removeEventListener('pointerup', stop);
    svg.removeEventListener('pointercancel', stop);
    const drawn = finish(hand);
    const target = nodeUnder(now);
    if (!drawn || now.type !== 'pointerup' || target === drawn.id) {
      return;
    }
    if (target !== undefined) {
      hand.home = target;
      ask(hand, edgeTo(drawn, target));
    } else if (drawn.end === 'out' && isGround(now)) {
      dropped(drawn.id, local(svg, now));
    }
  };
  svg.addEventListener('pointermove', moving);
  svg.addEventListener('pointerup', stop);
  svg.addEventListener('pointercancel', stop);
}

function pull(hand: Hand, event: PointerEvent): void {
  const { drawn, rubber, view, redraw } = hand;
  const box = boxOf(hand, drawn?.id);
  if (!drawn || !box) {
    return;
  }
  hand.pointer = local(view.picture.svg, event);
  const start = endOf(box, redraw.direction(), drawn.end);
  const { x, y, zoom } = view.viewport.view;
  view.picture.svg.classList.add('moved'); // so that the click at its end is taken for none
  rubber.classList.remove('hidden');
  put(rubber, 'd', `M${start.x} ${start.y}L${hand.pointer.x / zoom + x} ${hand.pointer.y / zoom + y}`);
  over(hand, nodeUnder(event));
}

/** A step that is dragged elsewhere stays: it stands where its edges put it, and that is said. */
function refuseDrag(hand: Hand, event: PointerEvent, id: string): void {
  const { picture, send } = hand.view;
  const from = local(picture.svg, event);
  let isFar = false;
  const moving = (now: PointerEvent) => {
    hand.pointer = local(picture.svg, now);
    if (!isFar && Math.hypot(hand.pointer.x - from.x, hand.pointer.y - from.y) > DRAG) {
      isFar = true;
      picture.svg.classList.add('refusing', 'moved');
      send({ type: 'try', edit: { kind: 'move', step: id } });
    }
  };
  const stop = () => {
    picture.svg.classList.remove('refusing');
    window.removeEventListener('pointermove', moving);
    window.removeEventListener('pointerup', stop);
    window.removeEventListener('pointercancel', stop);
  };
  window.addEventListener('pointermove', moving);
  window.addEventListener('pointerup', stop);
  window.addEventListener('pointercancel', stop);
}

/** With the keys, the focus came to a node while an edge is being drawn. */
export function pass(hand: Hand, id: string): void {
  const box = boxOf(hand, id);
  if (hand.drawn && box) {
    hand.pointer = onStage(hand, { x: box.x, y: box.y + box.height });
    over(hand, id);
  }
}

function local(svg: SVGSVGElement, event: PointerEvent): Spot {
  const { left, top } = svg.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

function nodeUnder(event: PointerEvent): string | undefined {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest<SVGElement>('.node')?.dataset.id;
}

function isGround(event: PointerEvent): boolean {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest('#canvas') !== null;
}
