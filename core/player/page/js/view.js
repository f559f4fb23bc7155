// The part of a map that is shown: from places on the map to pixels.

/** @import { Spot } from "./types.js" */

/**
 * The view of all points of some arrays of x and y, with the same scale on both axes, around its middle.
 *
 * @param {Float32Array[]} sources
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @param {number} margin share of the view that the points may take
 */
export function viewOf(sources, width, height, margin) {
  const [x0, x1] = extent(sources, 0);
  const [y0, y1] = extent(sources, 1);
  const scale = margin * Math.min(width / Math.max(x1 - x0, 1e-3), height / Math.max(y1 - y0, 1e-3));
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return {
    x: (/** @type {number} */ x) => width / 2 + (x - cx) * scale,
    y: (/** @type {number} */ y) => height / 2 - (y - cy) * scale,
  };
}

/**
 * Lowest and highest number on one axis, 0 to 1 where there is none.
 *
 * @param {Float32Array[]} sources
 * @param {0 | 1} axis
 * @returns {Spot}
 */
export function extent(sources, axis) {
  let [low, high] = [Infinity, -Infinity];
  for (const xy of sources) {
    for (let i = axis; i < xy.length; i += 2) {
      if (xy[i] < low) low = xy[i];
      if (xy[i] > high) high = xy[i];
    }
  }
  return Number.isFinite(low) ? [low, high] : [0, 1];
}
