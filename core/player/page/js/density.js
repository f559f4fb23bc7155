// How dense points lie: counts on a grid, smoothed, as colours on a log scale and as contours.

/** @import { Colour } from "./types.js" */
/** @typedef {import("./pixels.js").Placed} Placed */

import { between } from "./paint.js";
import { packed } from "./pixels.js";

/** Counts on cells of some pixels' side, line by line. */
/** @typedef {{ cells: Float32Array, width: number, height: number, side: number }} Grid */

const STEPS = [0.04, 0.12, 0.27, 0.5, 0.78]; // of the densest place, where contours run
const SHADES = 256;

/**
 * The points that pass and are in view, counted; `total` says how many they are.
 *
 * @param {Placed} placed
 * @param {Int32Array} failed
 * @param {number} side of a cell, in pixels
 * @returns {Grid & { total: number }}
 */
export function counted({ at, width, height }, failed, side) {
  const [across, down] = [Math.ceil(width / side), Math.ceil(height / side)];
  const cells = new Float32Array(across * down);
  let total = 0;
  for (let row = 0; row < at.length; row += 1) {
    const pixel = at[row];
    if (pixel < 0 || failed[row]) continue;
    const y = (pixel / width) | 0;
    cells[((y / side) | 0) * across + (((pixel - y * width) / side) | 0)] += 1;
    total += 1;
  }
  return { cells, width: across, height: down, side, total };
}

/**
 * Cells of some others' side together.
 *
 * @param {Grid & { total: number }} grid
 * @param {number} times
 * @returns {Grid & { total: number }}
 */
export function pooled({ cells, width, height, side, total }, times) {
  const [across, down] = [Math.ceil(width / times), Math.ceil(height / times)];
  const fewer = new Float32Array(across * down);
  for (let y = 0; y < height; y += 1) {
    const line = Math.floor(y / times) * across;
    for (let x = 0; x < width; x += 1) fewer[line + Math.floor(x / times)] += cells[y * width + x];
  }
  return { cells: fewer, width: across, height: down, side: side * times, total };
}

/**
 * The same, each cell the mean of those around it (at an edge of the few there are); twice, as that is nearly a bell.
 *
 * @param {Grid} grid
 * @param {number} reach in cells
 */
export function smoothed(grid, reach) {
  const { cells, width, height } = grid;
  const other = new Float32Array(cells.length);
  for (let round = 0; round < 2; round += 1) {
    slide(cells, other, [height, width], [width, 1], reach);
    slide(other, cells, [width, height], [1, width], reach);
  }
  return grid;
}

/**
 * Means along one direction, by a sum that slides.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {[lines: number, length: number]} size
 * @param {[line: number, cell: number]} stride
 * @param {number} reach
 */
function slide(from, to, [lines, length], [line, cell], reach) {
  for (let index = 0; index < lines; index += 1) {
    const start = index * line;
    let sum = 0;
    for (let at = 0; at < Math.min(reach, length); at += 1) sum += from[start + at * cell];
    for (let at = 0; at < length; at += 1) {
      if (at + reach < length) sum += from[start + (at + reach) * cell];
      if (at > reach) sum -= from[start + (at - reach - 1) * cell];
      to[start + at * cell] = sum / (Math.min(length - 1, at + reach) - Math.max(0, at - reach) + 1);
    }
  }
}

/**
 * Paint a grid over a ground: nothing where nothing is, else colours on a log scale.
 *
 * @param {Uint32Array} pixels
 * @param {number} width of a line
 * @param {Grid} grid
 * @param {Colour[]} scale from sparse to dense
 */
export function heat(pixels, width, { cells, width: across, side }, scale) {
  const most = Math.log1p(highest(cells));
  const inks = Uint32Array.from({ length: SHADES }, (_, index) => packed(between(scale, index / (SHADES - 1))));
  const shade = new Int16Array(cells.length);
  for (let cell = 0; cell < cells.length; cell += 1) shade[cell] = cells[cell] > 0.02 ? Math.round((Math.log1p(cells[cell]) / most) * (SHADES - 1)) : -1;
  const height = pixels.length / width;
  for (let y = 0; y < height; y += 1) {
    const line = ((y / side) | 0) * across;
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) {
      const ink = shade[line + ((x / side) | 0)];
      if (ink >= 0) pixels[at] = inks[ink];
    }
  }
}

/** @param {Float32Array} cells */
function highest(cells) {
  let most = 0;
  for (let cell = 0; cell < cells.length; cell += 1) if (cells[cell] > most) most = cells[cell];
  return most || 1;
}

/**
 * Contours of a smoothed grid, from the outermost: pieces of line as x, y, x, y in pixels.
 *
 * @param {Grid} grid
 */
export function contours(grid) {
  const most = highest(grid.cells);
  return STEPS.map((share) => contour(grid, share * most));
}

/**
 * One contour by marching squares.
 *
 * @param {Grid} grid
 * @param {number} level
 */
export function contour({ cells, width, height, side }, level) {
  /** @type {number[]} */
  const pieces = [];
  for (let y = 0; y < height - 1; y += 1) {
    for (let x = 0, at = y * width; x < width - 1; x += 1, at += 1) {
      const above = (cells[at] > level ? 1 : 0) | (cells[at + 1] > level ? 2 : 0) | (cells[at + width + 1] > level ? 4 : 0) | (cells[at + width] > level ? 8 : 0);
      if (above === 0 || above === 15) continue;
      const corners = [cells[at], cells[at + 1], cells[at + width + 1], cells[at + width]];
      for (const edge of CROSSED[above]) {
        const [px, py] = crossing(corners, level, edge);
        pieces.push((x + px + 0.5) * side, (y + py + 0.5) * side);
      }
    }
  }
  return pieces;
}

/** Edges (above, right, below, left) that a contour crosses, in pairs, by which corners lie above it. */
const CROSSED = [
  [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], [],
];
/** Corners at the ends of an edge, and where the first lies. */
const EDGES = [[0, 1], [1, 2], [3, 2], [0, 3]];

/**
 * @param {number[]} corners
 * @param {number} level
 * @param {number} edge
 */
function crossing(corners, level, edge) {
  const [from, to] = EDGES[edge].map((corner) => corners[corner]);
  const way = (level - from) / (to - from);
  return [[way, 0], [1, way], [way, 1], [0, way]][edge];
}
