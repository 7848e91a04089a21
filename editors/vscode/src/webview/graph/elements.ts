/** The parts of the picture as SVG, empty of what changes: its frame, a node, an edge. */
import type { DrawnEdge, DrawnNode } from '../../graphModel.ts';
import { s } from '../dom.ts';
import { PADDING } from './lettering.ts';

const ARROWS = ['ok', 'cycle', 'missing', 'redundant', 'self', 'up', 'down', 'path', 'added', 'removed'];

/** The picture with nothing in it; edges lie below nodes. */
export function emptyPicture(): {
  svg: SVGSVGElement;
  root: SVGGElement;
  edgeLayer: SVGGElement;
  nodeLayer: SVGGElement;
} {
  const edgeLayer = s('g', { class: 'edges' });
  const nodeLayer = s('g', { class: 'nodes' });
  const root = s('g', { class: 'root' }, edgeLayer, nodeLayer);
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
    s('defs', {}, ...ARROWS.map(arrow)),
    root,
  );
  return { svg, root, edgeLayer, nodeLayer };
}

function arrow(name: string): SVGMarkerElement {
  return s(
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
  );
}

export function nodeElement(node: DrawnNode, come: string): SVGGElement {
  const detail = node.detail !== '';
  return s(
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
    s('text', { class: 'took', y: -5, 'text-anchor': 'end', 'aria-hidden': 'true' }),
    s(
      'g',
      { class: 'more', 'aria-hidden': 'true' },
      s('circle', { r: 9 }),
      s('text', { 'text-anchor': 'middle', y: 3.5 }),
    ),
  );
}

/** A wide invisible line under the thin one makes an edge easy to point at. */
export function edgeElement(edge: DrawnEdge, come: string): SVGGElement {
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

/** What an edge says in words. */
export function meaning({ from, to, state, label }: DrawnEdge): string {
  return state === 'branch' ? `${from} leads to ${to}: ${label}` : `${to} waits for ${from}`;
}
