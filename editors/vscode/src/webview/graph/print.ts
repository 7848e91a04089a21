/** How large print is at each zoom, so that what is shown can be read: full, then larger and shorter, then none. */

/** The sizes of print at zoom 1, in pixels. */
export const NAME_SIZE = 13;
export const DETAIL_SIZE = 11;
/** No print on the screen is smaller. */
export const LEAST_SIZE = 9;
/** The smallest zoom at which names have their own size. */
export const READABLE = Math.ceil((LEAST_SIZE / NAME_SIZE) * 100) / 100;

/** Print is made anew only when the zoom has changed by about this factor. */
const STEP = Math.SQRT2;
/** In fewer letters a name says nothing. */
export const FEWEST_LETTERS = 3;

export interface Print {
  /** 0 for the ordinary print, and one more for each step down. */
  step: number;
  /** The size of names in units of the drawing. */
  name: number;
  /** That of the words at a branch. */
  label: number;
  /** Whether pipeline and order are shown beside the name. */
  detail: boolean;
}

export function printAt(zoom: number): Print {
  if (zoom >= READABLE) {
    const detail = zoom * DETAIL_SIZE >= LEAST_SIZE;
    return { step: 0, name: NAME_SIZE, label: detail ? DETAIL_SIZE : NAME_SIZE, detail };
  }
  const step = Math.ceil(Math.log(READABLE / zoom) / Math.log(STEP) - 1e-9);
  const size = NAME_SIZE * STEP ** step;
  return { step, name: size, label: size, detail: false };
}
