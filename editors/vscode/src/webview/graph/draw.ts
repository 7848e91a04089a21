/** Draws the graph as SVG, and changes only what differs from the last picture. */
import { type Drawing, type DrawnEdge, type DrawnNode, describer } from '../../graphModel.ts';
import type { Graph } from '../../protocol.ts';
import { put, s } from '../dom.ts';
import { edgeElement, emptyPicture, meaning, nodeElement } from './elements.ts';
import type { Box, Layout } from './geometry.ts';
import { createMeasure, letter, type Measure, PADDING, setText, sizeOf } from './lettering.ts';
import { type Print, printAt } from './print.ts';

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

/** Changes of so few nodes are animated. */
const FEW = 120;
/** A larger label would lie over the nodes beside it. */
const LARGEST_LABEL = 20;

/** What is on the paper now. */
interface Sheet {
  svg: SVGSVGElement;
  edgeLayer: SVGGElement;
  nodeLayer: SVGGElement;
  nodes: Map<string, SVGGElement>;
  edges: Map<string, SVGGElement>;
  measure: Measure;
  print: Print;
  placed: { drawing: Drawing; layout: Layout } | undefined;
}

export function createPicture(): Picture {
  const { root, ...frame } = emptyPicture();
  const sheet: Sheet = {
    ...frame,
    nodes: new Map(),
    edges: new Map(),
    measure: createMeasure(),
    print: printAt(1),
    placed: undefined,
  };
  return {
    svg: sheet.svg,
    root,
    node: id => sheet.nodes.get(id),
    edge: id => sheet.edges.get(id),
    paint: (graph, drawing) => paint(sheet, graph, drawing),
    size: node => sizeOf(node, sheet.measure),
    zoomed: zoom => zoomed(sheet, printAt(zoom)),
    place: (graph, drawing, layout) => place(sheet, graph, drawing, layout),
  };
}

function zoomed(sheet: Sheet, print: Print): void {
  if (print.step === sheet.print.step && print.detail === sheet.print.detail) {
    return;
  }
  sheet.print = print;
  sheet.svg.classList.toggle('no-detail', !print.detail);
  sheet.svg.classList.toggle('no-label', print.label > LARGEST_LABEL);
  for (const when of sheet.svg.querySelectorAll('.when')) {
    put(when, 'font-size', print.label);
  }
  for (const node of sheet.placed?.drawing.nodes ?? []) {
    const element = sheet.nodes.get(node.id);
    const box = sheet.placed?.layout.nodes.get(node.id);
    if (element && box) {
      letter(element, node, box, print, sheet.measure);
    }
  }
}

function place(sheet: Sheet, graph: Graph, drawing: Drawing, layout: Layout): void {
  const { svg, nodes, edges, edgeLayer, nodeLayer } = sheet;
  // What comes to a picture that is there already is seen to come.
  const come = sheet.placed === undefined ? '' : ' new';
  sheet.placed = { drawing, layout };
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
    if (box) {
      const element = nodes.get(node.id) ?? added(nodes, node.id, nodeLayer, nodeElement(node, come));
      placeNode(element, node, box);
      letter(element, node, box, sheet.print, sheet.measure);
    }
  }
  // The order of the file is the order in which a screen reader goes through the picture.
  drawing.nodes.forEach((node, index) => {
    const element = nodes.get(node.id);
    if (element && nodeLayer.children[index] !== element) {
      nodeLayer.insertBefore(element, nodeLayer.children[index] ?? null);
    }
  });
  paint(sheet, graph, drawing);
}

function placeNode(element: Element, node: DrawnNode, box: Box): void {
  put(element, 'transform', `translate(${box.x} ${box.y})`);
  const rect = element.querySelector('rect');
  if (rect) {
    put(rect, 'width', box.width);
    put(rect, 'height', box.height);
  }
  const more = element.querySelector('.more') as Element;
  more.classList.toggle('hidden', !node.more);
  put(more, 'transform', `translate(${box.width} ${box.height})`);
  setText(element, '.more text', node.more ? `+${node.more}` : '');
  for (const corner of element.querySelectorAll('.order, .took')) {
    put(corner, 'x', box.width - PADDING + 4);
  }
}

function paint({ nodes, edges, print }: Sheet, graph: Graph, drawing: Drawing): void {
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
      label(element, edge, print);
    }
  }
}

/** Writes at the middle of a branch when it is taken. */
function label(element: SVGGElement, edge: DrawnEdge, print: Print): void {
  const known = element.querySelector('.when');
  if (edge.label === '') {
    known?.remove();
    return;
  }
  const text = known ?? element.appendChild(s('text', { class: 'when', 'aria-hidden': 'true' }));
  const line = element.children[1] as SVGPathElement;
  const middle = line.getPointAtLength(line.getTotalLength() / 2);
  put(text, 'font-size', print.label);
  put(text, 'x', Math.round(middle.x) + 4);
  put(text, 'y', Math.round(middle.y) + 4);
  setText(element, '.when', edge.label);
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
