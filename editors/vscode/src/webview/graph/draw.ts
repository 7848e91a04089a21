/** Draws the graph as SVG, and changes only what differs from the last picture. */
import { type Drawing, type DrawnEdge, type DrawnNode, describer } from '../../graphModel.ts';
import type { Graph } from '../../protocol.ts';
import { put, s } from '../dom.ts';
import type { Layout } from './geometry.ts';
import { DETAIL_SIZE, FEWEST_LETTERS, NAME_SIZE, type Print, printAt } from './print.ts';

export interface Picture {
  svg: SVGSVGElement;
  root: SVGGElement;
  node(id: string): SVGGElement | undefined;
  edge(id: string): SVGGElement | undefined;
  /** Puts everything in its place. */
  place(graph: Graph, drawing: Drawing, layout: Layout): void;
  /** Shows new states on the old places, where the shape is unchanged or not yet laid out. */
  paint(graph: Graph, drawing: Drawing): void;
  /** Makes the print as large, and as short, as this zoom needs. */
  zoomed(zoom: number): void;
  size(node: DrawnNode): { width: number; height: number };
}

const PADDING = 12;
const WIDEST = 280;
/** Changes of so few nodes are animated. */
const FEW = 120;
const ARROWS = ['ok', 'cycle', 'missing', 'redundant', 'self', 'up', 'down', 'path', 'added', 'removed'];

export function createPicture(): Picture {
  const edgeLayer = s('g', { class: 'edges' });
  const nodeLayer = s('g', { class: 'nodes' });
  const root = s('g', { class: 'root' }, edgeLayer, nodeLayer);
  const arrows = ARROWS.map(name =>
    s(
      'marker',
      {
        id: `arrow-${name}`,
        class: `arrow ${name}`,
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 7,
        markerHeight: 7,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto-start-reverse',
      },
      s('path', { d: 'M0 0.6L8 4L0 7.4z' }),
    ),
  );
  const svg = s(
    'svg',
    {
      id: 'canvas',
      role: 'application',
      'aria-label': 'Graph of the group',
      'aria-roledescription': 'graph',
      'data-vscode-context': JSON.stringify({
        webviewSection: 'ground',
        preventDefaultContextMenuItems: true,
      }),
    },
    s('defs', {}, ...arrows),
    root,
  );
  const nodes = new Map<string, SVGGElement>();
  const edges = new Map<string, SVGGElement>();
  const measure = createMeasure();
  let print = printAt(1);
  let placed: { drawing: Drawing; layout: Layout } | undefined;

  /** Writes the name and the pipeline of a node into the room that its box gives them. */
  function letter(element: Element, node: DrawnNode, box: { width: number; height: number }): void {
    const room = box.width - 2 * PADDING;
    const orderRoom = print.detail ? measure(' #000', 'detail') : 0;
    const name = element.querySelector('.name') as Element;
    put(name, 'font-size', print.name);
    put(name, 'y', baseline(node, box.height, print));
    setText(element, '.name', nameThatFits(node.name, room - orderRoom, box.height));
    setText(
      element,
      '.detail',
      cut(node.detail, room, text => measure(text, 'detail')),
    );
  }

  function nameThatFits(name: string, room: number, height: number): string {
    if (print.name > height * 0.9) {
      return ''; // a dot with a state is all that can be seen
    }
    const scale = print.name / NAME_SIZE;
    const short = cut(name, room + (scale > 1 ? PADDING : 0), text => measure(text, 'name') * scale);
    return short === name || short.length > FEWEST_LETTERS ? short : '';
  }

  function paint(graph: Graph, drawing: Drawing): void {
    const describe = describer(graph);
    const byId = new Map(graph.nodes.map(node => [node.id, node]));
    const drawn = new Map(drawing.nodes.map(node => [node.id, node]));
    for (const [id, element] of nodes) {
      const node = drawn.get(id);
      element.classList.toggle('gone', node === undefined);
      if (node) {
        setState(element, node.state, node.change);
        const step = byId.get(id);
        const label = step ? describe(step) : `${node.name}, ${node.detail}, folded`;
        const title = element.querySelector('title');
        if (title && title.textContent !== label) {
          title.textContent = label;
        }
        const order = step?.order;
        setText(element, '.order', order === null || order === undefined ? '' : `#${order + 1}`);
      }
    }
    const links = new Map(drawing.edges.map(edge => [edge.id, edge]));
    for (const [id, element] of edges) {
      const edge = links.get(id);
      element.classList.toggle('gone', edge === undefined);
      if (edge) {
        setState(element, edge.state, edge.change);
        setText(element, 'title', meaning(edge));
        label(element, edge);
      }
    }
  }

  /** Writes at the middle of a branch when it is taken. */
  function label(element: SVGGElement, edge: DrawnEdge): void {
    const known = element.querySelector('.when');
    if (edge.label === '') {
      known?.remove();
      return;
    }
    const text = known ?? element.appendChild(s('text', { class: 'when', 'aria-hidden': 'true' }));
    const line = element.children[1] as SVGPathElement;
    const middle = line.getPointAtLength(line.getTotalLength() / 2);
    put(text, 'x', Math.round(middle.x) + 4);
    put(text, 'y', Math.round(middle.y) + 4);
    setText(element, '.when', edge.label);
  }

  return {
    svg,
    root,
    node: id => nodes.get(id),
    edge: id => edges.get(id),
    paint,
    size: node => ({
      width: Math.min(
        WIDEST,
        Math.ceil(
          Math.max(measure(node.name, 'name') + measure(' #0000', 'detail'), measure(node.detail, 'detail')) +
            2 * PADDING,
        ),
      ),
      height: node.detail === '' ? 30 : 44,
    }),
    zoomed(zoom) {
      const next = printAt(zoom);
      if (next.step === print.step && next.detail === print.detail) {
        return;
      }
      print = next;
      svg.classList.toggle('no-detail', !print.detail);
      for (const node of placed?.drawing.nodes ?? []) {
        const element = nodes.get(node.id);
        const box = placed?.layout.nodes.get(node.id);
        if (element && box) {
          letter(element, node, box);
        }
      }
    },
    place(graph, drawing, layout) {
      // What comes to a picture that is there already is seen to come.
      const come = placed === undefined ? '' : ' new';
      placed = { drawing, layout };
      svg.classList.add('moving');
      svg.classList.toggle('few', drawing.nodes.length <= FEW);
      keep(nodes, new Set(drawing.nodes.map(node => node.id)));
      keep(edges, new Set(drawing.edges.map(edge => edge.id)));
      for (const edge of drawing.edges) {
        const element = edges.get(edge.id) ?? added(edges, edge.id, edgeLayer, edgeElement(edge, come));
        const path = layout.edges.get(edge.id) ?? '';
        put(element.children[0] as Element, 'd', path);
        put(element.children[1] as Element, 'd', path);
      }
      for (const node of drawing.nodes) {
        const box = layout.nodes.get(node.id);
        if (!box) {
          continue;
        }
        const element = nodes.get(node.id) ?? added(nodes, node.id, nodeLayer, nodeElement(node, come));
        put(element, 'transform', `translate(${box.x} ${box.y})`);
        const rect = element.querySelector('rect');
        if (rect) {
          put(rect, 'width', box.width);
          put(rect, 'height', box.height);
        }
        letter(element, node, box);
        const more = element.querySelector('.more') as Element;
        more.classList.toggle('hidden', !node.more);
        put(more, 'transform', `translate(${box.width} ${box.height})`);
        setText(element, '.more text', node.more ? `+${node.more}` : '');
        const order = element.querySelector('.order');
        if (order) {
          put(order, 'x', box.width - PADDING + 4);
        }
      }
      // The order of the file is the order in which a screen reader goes through the picture.
      drawing.nodes.forEach((node, index) => {
        const element = nodes.get(node.id);
        if (element && nodeLayer.children[index] !== element) {
          nodeLayer.insertBefore(element, nodeLayer.children[index] ?? null);
        }
      });
      paint(graph, drawing);
    },
  };
}

function nodeElement(node: DrawnNode, come: string): SVGGElement {
  const detail = node.detail !== '';
  const element = s(
    'g',
    {
      class: `node ${node.kind}${come}`,
      role: 'button',
      tabindex: -1,
      'data-id': node.id,
      'data-vscode-context': JSON.stringify({
        webviewSection: node.kind,
        spineId: node.id,
        preventDefaultContextMenuItems: true,
      }),
    },
    s('title'),
    s('rect', { class: 'box', rx: 6 }),
    // The title is the name of the node for those who hear it: it says all of this in words.
    s('text', { class: 'name', x: PADDING, 'aria-hidden': 'true' }),
    s('text', { class: 'detail', x: PADDING, y: 34, 'aria-hidden': 'true' }),
    s('text', { class: 'order', y: detail ? 17 : 19, 'text-anchor': 'end', 'aria-hidden': 'true' }),
    s(
      'g',
      { class: 'more', 'aria-hidden': 'true' },
      s('circle', { r: 9 }),
      s('text', { 'text-anchor': 'middle', y: 3.5 }),
    ),
  );
  return element;
}

/** Where a name stands: over its pipeline, or alone in the middle of its box. */
function baseline(node: DrawnNode, height: number, print: Print): number {
  return print.detail && node.detail !== '' ? 18 : Math.round(height / 2 + print.name * 0.36);
}

/** A wide invisible line under the thin one makes an edge easy to point at. */
function edgeElement(edge: DrawnEdge, come: string): SVGGElement {
  return s(
    'g',
    {
      class: `edge${come}`,
      'data-id': edge.id,
      'data-from': edge.from,
      'data-to': edge.to,
      'data-vscode-context': JSON.stringify({
        webviewSection: 'edge',
        spineFrom: edge.from,
        spineTo: edge.to,
        preventDefaultContextMenuItems: true,
      }),
    },
    s('path', { class: 'grip' }),
    s('path', { class: 'line' }),
    s('title', {}, meaning(edge)),
  );
}

function meaning({ from, to, state, label }: DrawnEdge): string {
  return state === 'branch' ? `${from} leads to ${to}: ${label}` : `${to} waits for ${from}`;
}

function added<T extends Element>(known: Map<string, T>, id: string, layer: Element, element: T): T {
  layer.append(element);
  known.set(id, element);
  return element;
}

function keep(known: Map<string, Element>, wanted: ReadonlySet<string>): void {
  for (const [id, element] of known) {
    if (!wanted.has(id)) {
      element.remove();
      known.delete(id);
    }
  }
}

function setState(element: Element, state: string, change: string | null): void {
  put(element, 'data-state', state);
  put(element, 'data-change', change ?? '');
}

function setText(element: Element, selector: string, text: string): void {
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

function createMeasure(): (text: string, kind: 'name' | 'detail') => number {
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
