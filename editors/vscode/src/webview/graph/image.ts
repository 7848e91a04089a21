/** Makes a picture that stands alone: an SVG with the theme's colours written into it, and a PNG of that. */
import type { Colours } from '../../messages.ts';
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

/** The editor's colours that the picture is made of, as its own light and dark themes have them. */
const PALETTES: Record<Exclude<Colours, 'theme'>, Record<string, string>> = {
  light: {
    foreground: '#3b3b3b',
    'editor-background': '#ffffff',
    descriptionForeground: '#616161',
    focusBorder: '#005fb8',
    'charts-blue': '#1a5fb4',
    'charts-red': '#c4261d',
    'charts-yellow': '#8a6100',
    'charts-purple': '#652d90',
    'charts-green': '#2f7d32',
    'editorWarning-foreground': '#8a5a00',
    'badge-background': '#616161',
    'badge-foreground': '#ffffff',
  },
  dark: {
    foreground: '#cccccc',
    'editor-background': '#1f1f1f',
    descriptionForeground: '#9d9d9d',
    focusBorder: '#0078d4',
    'charts-blue': '#3794ff',
    'charts-red': '#f14c4c',
    'charts-yellow': '#cca700',
    'charts-purple': '#b180d7',
    'charts-green': '#89d185',
    'editorWarning-foreground': '#cca700',
    'badge-background': '#616161',
    'badge-foreground': '#f8f8f8',
  },
};

/** Lets a picture be read in other colours; nothing of it is seen, as the page does not draw meanwhile. */
function coloured<T>(colours: Colours, read: () => T): T {
  const { style } = document.documentElement;
  const { className } = document.body;
  const palette = colours === 'theme' ? [] : Object.entries(PALETTES[colours]);
  const before = palette.map(([name]) => [name, style.getPropertyValue(`--vscode-${name}`)] as const);
  document.body.classList.add('exporting');
  if (colours !== 'theme') {
    document.body.classList.remove('vscode-high-contrast', 'vscode-high-contrast-light');
  }
  for (const [name, value] of palette) {
    style.setProperty(`--vscode-${name}`, value);
  }
  try {
    return read();
  } finally {
    document.body.className = className;
    for (const [name, value] of before) {
      style.setProperty(`--vscode-${name}`, value); // an empty one takes the property away
    }
  }
}

export function toSvg(canvas: SVGSVGElement, layout: Layout, colours: Colours = 'theme'): string {
  return coloured(colours, () => writeSvg(canvas, layout));
}

function writeSvg(canvas: SVGSVGElement, layout: Layout): string {
  const width = Math.ceil(layout.width + 2 * MARGIN);
  const height = Math.ceil(layout.height + 2 * MARGIN);
  const background = getComputedStyle(document.body).backgroundColor;
  const root = canvas.querySelector('.root') as SVGGElement;
  const copy = root.cloneNode(true) as SVGGElement;
  writeStyles(root, copy);
  const arrows = canvas.querySelector('defs') as SVGDefsElement;
  const arrowsCopy = arrows.cloneNode(true) as SVGDefsElement;
  writeStyles(arrows, arrowsCopy);
  for (const useless of copy.querySelectorAll('.grip, .gone, .handles, .rubber')) {
    useless.remove();
  }
  for (const element of copy.querySelectorAll('[tabindex], [data-vscode-context]')) {
    element.removeAttribute('tabindex');
    element.removeAttribute('data-vscode-context');
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
export async function toPng(
  canvas: SVGSVGElement,
  layout: Layout,
  colours: Colours = 'theme',
): Promise<string> {
  const svg = toSvg(canvas, layout, colours);
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
