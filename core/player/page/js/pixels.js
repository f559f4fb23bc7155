// Points written into pixels by hand, over an opaque ground: whole numbers only, so that a million take milliseconds.

/** @import { Colour, Mapping, Points, Shades } from "./types.js" */

const STRONG = 216; // of 256: how much of its ground an item covers
const WEAK = 112; // a state

/** Where all points lie on a canvas: `at` is the first pixel of each (-1 outside), `order` states first, then items. */
/** @typedef {{ order: Uint32Array, at: Int32Array, small: number, large: number, width: number, height: number }} Placed */

/**
 * A colour as it lies in the memory of a canvas.
 *
 * @param {Colour} colour
 */
export function packed([red, green, blue]) {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Rows with states first, so that items lie over them.
 *
 * @param {Uint8Array} state
 */
export function painted(state) {
  const order = new Uint32Array(state.length);
  let at = 0;
  for (const kind of [1, 0]) for (let row = 0; row < state.length; row += 1) if (state[row] === kind) order[at++] = row;
  return order;
}

/**
 * Work out where points lie; at an edge they move in by less than their size.
 *
 * @param {Placed} placed
 * @param {Pick<Points, "xy" | "state">} points
 * @param {Mapping} mapping to pixels of CSS
 * @param {number} ratio
 */
export function place({ at, small, large, width, height }, { xy, state }, { scale, dx, dy }, ratio) {
  const [grow, right, down] = [scale * ratio, dx * ratio, dy * ratio];
  for (let row = 0; row < at.length; row += 1) {
    const side = state[row] ? small : large;
    const x = Math.floor(xy[2 * row] * grow + right + 0.5 - side / 2);
    const y = Math.floor(down - xy[2 * row + 1] * grow + 0.5 - side / 2);
    if (!(x > -side && y > -side && x < width && y < height)) at[row] = -1;
    else at[row] = Math.max(0, Math.min(height - side, y)) * width + Math.max(0, Math.min(width - side, x));
  }
}

/**
 * A square of one colour laid over what is there.
 *
 * @param {Uint32Array} pixels
 * @param {number} width of a line
 * @param {number} at first pixel
 * @param {number} side
 * @param {number} colour as `packed` gives it
 * @param {number} alpha of 256
 */
export function dot(pixels, width, at, side, colour, alpha) {
  const rest = 256 - alpha;
  const red = Math.imul(colour & 0xff00ff, alpha);
  const green = Math.imul((colour >>> 8) & 0xff, alpha);
  for (let line = 0, start = at; line < side; line += 1, start += width) {
    for (let pixel = start; pixel < start + side; pixel += 1) {
      const under = pixels[pixel];
      const purple = ((red + Math.imul(under & 0xff00ff, rest)) >>> 8) & 0xff00ff;
      pixels[pixel] = 0xff000000 | purple | ((green + Math.imul((under >>> 8) & 0xff, rest)) & 0xff00);
    }
  }
}

/**
 * Squares of one colour that covers all: what stands back.
 *
 * @param {Uint32Array} pixels
 * @param {Placed} placed
 * @param {number} colour
 */
export function ghosts(pixels, { at, small, width }, colour) {
  for (let row = 0; row < at.length; row += 1) {
    if (at[row] < 0) continue;
    for (let line = 0, start = at[row]; line < small; line += 1, start += width) {
      for (let pixel = start; pixel < start + small; pixel += 1) pixels[pixel] = colour;
    }
  }
}

/**
 * The points that pass, each in its colour.
 *
 * @param {Uint32Array} pixels
 * @param {Placed} placed
 * @param {Shades} shades
 * @param {Uint8Array} state
 * @param {Int32Array} failed
 * @param {boolean} firm whether some stand back, so that the others may be strong
 */
export function dots(pixels, { order, at, small, large, width }, { colours, of }, state, failed, firm) {
  const inks = Uint32Array.from(colours, packed);
  for (let place = 0; place < order.length; place += 1) {
    const row = order[place];
    if (failed[row] || at[row] < 0) continue;
    const side = state[row] ? small : large;
    dot(pixels, width, at[row], side, inks[of[row]], firm ? 236 : state[row] ? WEAK : STRONG);
  }
}

/**
 * Points with an outline, such as those that a search found.
 *
 * @param {Uint32Array} pixels
 * @param {Placed} placed
 * @param {Shades} shades
 * @param {{ marked: Uint8Array, failed: Int32Array }} which those that are marked and pass
 * @param {number} outline
 */
export function outlines(pixels, { at, large, width, height }, { colours, of }, { marked, failed }, outline) {
  const inks = Uint32Array.from(colours, packed);
  const [side, edge] = [large, Math.max(2, large >> 1)];
  for (const [grown, alpha] of [[edge, 256], [0, 256]]) {
    for (let row = 0; row < at.length; row += 1) {
      if (!marked[row] || failed[row] || at[row] < 0) continue;
      const wide = side + 2 * grown;
      const [x, y] = [(at[row] % width) - grown, Math.floor(at[row] / width) - grown];
      const start = Math.max(0, Math.min(height - wide, y)) * width + Math.max(0, Math.min(width - wide, x));
      dot(pixels, width, start, wide, grown ? outline : inks[of[row]], alpha);
    }
  }
}
