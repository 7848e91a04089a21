/** Writes names and pipelines into their boxes: as large as the zoom needs, and as much of them as fits. */
import type { DrawnNode } from '../../graphModel.ts';
import { put } from '../dom.ts';
import { DETAIL_SIZE, FEWEST_LETTERS, NAME_SIZE, type Print } from './print.ts';

/** Between the edge of a box and what is written in it. */
export const PADDING = 12;
const WIDEST = 280;

export type Measure = (text: string, kind: 'name' | 'detail') => number;

/** The room that a node takes. */
export function sizeOf(node: DrawnNode, measure: Measure): { width: number; height: number } {
  const name = measure(node.name, 'name') + measure(' #0000', 'detail');
  const width = Math.ceil(Math.max(name, measure(node.detail, 'detail')) + 2 * PADDING);
  return { width: Math.min(WIDEST, width), height: node.detail === '' ? 30 : 44 };
}

/** Writes the name and the pipeline of a node into the room that its box gives them. */
export function letter(
  element: Element,
  node: DrawnNode,
  box: { width: number; height: number },
  print: Print,
  measure: Measure,
): void {
  const room = box.width - 2 * PADDING;
  const orderRoom = print.detail ? measure(' #000', 'detail') : 0;
  const name = element.querySelector('.name') as Element;
  put(name, 'font-size', print.name);
  put(name, 'y', baseline(node, box.height, print));
  setText(element, '.name', nameThatFits(node.name, room - orderRoom, box.height, print, measure));
  setText(
    element,
    '.detail',
    cut(node.detail, room, text => measure(text, 'detail')),
  );
}

function nameThatFits(name: string, room: number, height: number, print: Print, measure: Measure): string {
  if (print.name > height * 0.9) {
    return ''; // a dot with a state is all that can be seen
  }
  const scale = print.name / NAME_SIZE;
  const short = cut(name, room + (scale > 1 ? PADDING : 0), text => measure(text, 'name') * scale);
  return short === name || short.length > FEWEST_LETTERS ? short : '';
}

/** Where a name stands: over its pipeline, or alone in the middle of its box. */
function baseline(node: DrawnNode, height: number, print: Print): number {
  return print.detail && node.detail !== '' ? 18 : Math.round(height / 2 + print.name * 0.36);
}

export function setText(element: Element, selector: string, text: string): void {
  const target = element.querySelector(selector);
  if (target && target.textContent !== text) {
    target.textContent = text;
  }
}

/** The text, or as much of it as fits, with an ellipsis. */
export function cut(text: string, room: number, width: (text: string) => number): string {
  if (width(text) <= room) {
    return text;
  }
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (width(`${text.slice(0, middle)}…`) <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${text.slice(0, low)}…`;
}

/** Measures text in the editor's font, each once. */
export function createMeasure(): Measure {
  const pen = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  let family: string | undefined;
  /** The editor's font, asked for once in a piece of work: in the midst of drawing the page would style all anew. */
  const fontFamily = () => {
    if (family === undefined) {
      family = getComputedStyle(document.body).getPropertyValue('--vscode-font-family') || 'sans-serif';
      queueMicrotask(() => {
        family = undefined;
      });
    }
    return family;
  };
  return (text, kind) => {
    const key = `${kind}${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (pen) {
        const font = fontFamily();
        pen.font = kind === 'name' ? `600 ${NAME_SIZE}px ${font}` : `${DETAIL_SIZE}px ${font}`;
      }
      width = pen?.measureText(text).width ?? text.length * 7;
      known.set(key, width);
    }
    return width;
  };
}
