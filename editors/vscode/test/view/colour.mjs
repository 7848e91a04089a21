// Colours as a browser computes them, and their contrast after WCAG 2.2 (1.4.3 and 1.4.11).

/** Red, green and blue from 0 to 255, and how opaque it is from 0 to 1. */
export function parse(text) {
  if (text.startsWith('color(srgb')) {
    const [r, g, b, a = 1] = text.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
    return [r * 255, g * 255, b * 255, a];
  }
  const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  return text === 'none' ? [0, 0, 0, 0] : [r, g, b, a];
}

/** What is seen of a colour that lies over an opaque one. */
export function over([r, g, b, a], below) {
  return [...[r, g, b].map((one, i) => one * a + below[i] * (1 - a)), 1];
}

function luminance([r, g, b]) {
  const [x, y, z] = [r, g, b].map(one => {
    const share = one / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

/** From 1 for the same colour to 21 for black on white. */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
