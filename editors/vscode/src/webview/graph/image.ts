/** Makes a picture that stands alone: an SVG with the theme's colours written into it, and a PNG of that. */
import { s } from '../dom.ts';
import type { Layout } from './geometry.ts';

const WRITTEN = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-size',
  'font-weight',
  'font-family',
];
const MARGIN = 16;
const SHARPNESS = 2;
/** The longest side of a canvas that browsers draw. */
const LONGEST = 16_000;

export function toSvg(canvas: SVGSVGElement, layout: Layout): string {
  const width = Math.ceil(layout.width + 2 * MARGIN);
  const height = Math.ceil(layout.height + 2 * MARGIN);
  const background = getComputedStyle(document.body).backgroundColor;
  const root = canvas.querySelector('.root') as SVGGElement;
  const copy = root.cloneNode(true) as SVGGElement;
  writeStyles(root, copy);
  const arrows = canvas.querySelector('defs') as SVGDefsElement;
  const arrowsCopy = arrows.cloneNode(true) as SVGDefsElement;
  writeStyles(arrows, arrowsCopy);
  for (const useless of copy.querySelectorAll('.grip, .gone')) {
    useless.remove();
  }
  for (const element of copy.querySelectorAll('[tabindex]')) {
    element.removeAttribute('tabindex');
  }
  copy.setAttribute('transform', `translate(${MARGIN} ${MARGIN})`);
  const svg = s(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}` },
    arrowsCopy,
    s('rect', { width, height, fill: background }),
    copy,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

function writeStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const isShape = ['path', 'rect', 'text', 'line', 'g'].includes(from.tagName);
  if (isShape) {
    for (const name of WRITTEN) {
      if (name.startsWith('font') && from.tagName !== 'text') {
        continue;
      }
      const value = style.getPropertyValue(name);
      if (value) {
        to.setAttribute(name, value);
      }
    }
    const arrow = style.getPropertyValue('marker-end').match(/#[\w-]+/);
    if (arrow) {
      to.setAttribute('marker-end', `url(${arrow[0]})`);
    }
  }
  to.removeAttribute('style');
  for (let i = 0; i < from.children.length; i += 1) {
    writeStyles(from.children[i] as Element, to.children[i] as Element);
  }
}

/** The PNG in base64, without the head of a data address. */
export async function toPng(canvas: SVGSVGElement, layout: Layout): Promise<string> {
  const svg = toSvg(canvas, layout);
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(SHARPNESS, LONGEST / Math.max(image.width, image.height));
    const sheet = document.createElement('canvas');
    sheet.width = Math.ceil(image.width * scale);
    sheet.height = Math.ceil(image.height * scale);
    sheet.getContext('2d')?.drawImage(image, 0, 0, sheet.width, sheet.height);
    return sheet.toDataURL('image/png').replace(/^data:[^,]*,/, '');
  } finally {
    URL.revokeObjectURL(address);
  }
}
