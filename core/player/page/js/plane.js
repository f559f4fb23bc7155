// A plane of points: what part of it is seen, how it is painted, what lies where.

/** @import { Mapping, Spot } from "./types.js" */

export class Plane {
  bounds = [0, 1, 0, 1]; // of the points: left, right, low, high
  width = 1;
  height = 1;
  factor = 1;
  left = 0;
  top = 0;

  /**
   * Show all points.
   *
   * @param {Float32Array} xy
   */
  frame(xy) {
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < xy.length; i += 2) {
      if (xy[i] < x0) x0 = xy[i];
      if (xy[i] > x1) x1 = xy[i];
      if (xy[i + 1] < y0) y0 = xy[i + 1];
      if (xy[i + 1] > y1) y1 = xy[i + 1];
    }
    this.bounds = x0 <= x1 ? [x0, x1, y0, y1] : [0, 1, 0, 1];
    this.whole();
  }

  whole() {
    Object.assign(this, { factor: 1, left: 0, top: 0 });
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  size(width, height) {
    Object.assign(this, { width, height });
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  pan(right, down) {
    this.left += right;
    this.top += down;
  }

  /**
   * Bring a place of the points to the middle, without going farther away.
   *
   * @param {number} x
   * @param {number} y
   * @param {number} least how near to go at least
   */
  centre(x, y, least = 1) {
    this.factor = Math.max(this.factor, least);
    const { scale, dx, dy } = this.mapping();
    this.pan(this.width / 2 - (x * scale + dx), this.height / 2 - (dy - y * scale));
  }

  /**
   * Larger or smaller, with the point of the screen at x, y held.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const next = Math.max(0.5, Math.min(200, this.factor * factor));
    const grown = next / this.factor;
    this.left = x - (x - this.left) * grown;
    this.top = y - (y - this.top) * grown;
    this.factor = next;
  }

  /** @returns {Mapping} */
  mapping() {
    const [x0, x1, y0, y1] = this.bounds;
    const base = 0.94 * Math.min(this.width / Math.max(x1 - x0, 1e-6), this.height / Math.max(y1 - y0, 1e-6));
    const scale = base * this.factor;
    const dx = (this.width / 2 - (base * (x0 + x1)) / 2) * this.factor + this.left;
    const dy = (this.height / 2 + (base * (y0 + y1)) / 2) * this.factor + this.top;
    return { scale, dx, dy };
  }

  /**
   * Rows of the points inside a path on the screen.
   *
   * @param {Float32Array} xy
   * @param {Spot[]} path
   */
  inside(xy, path) {
    const { scale, dx, dy } = this.mapping();
    const [xs, ys] = [0, 1].map((axis) => path.map((place) => place[axis]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    /** @type {number[]} */
    const found = [];
    for (let row = 0; row < xy.length / 2; row += 1) {
      const [x, y] = [xy[2 * row] * scale + dx, dy - xy[2 * row + 1] * scale];
      if (x < left || x > right || y < top || y > bottom) continue;
      if (within(path, x, y)) found.push(row);
    }
    return found;
  }

  /**
   * The row of the point nearest to a place on the screen, -1 if none is within reach.
   *
   * @param {Float32Array} xy
   * @param {number} px
   * @param {number} py
   * @param {number} reach
   * @param {Int32Array | null} failed points that are left out have a number other than 0
   */
  nearest(xy, px, py, reach, failed = null) {
    const { scale, dx, dy } = this.mapping();
    let [best, nearest] = [reach * reach, -1];
    for (let row = 0; row < xy.length / 2; row += 1) {
      if (failed?.[row]) continue;
      const away = (xy[2 * row] * scale + dx - px) ** 2 + (dy - xy[2 * row + 1] * scale - py) ** 2;
      if (away < best) [best, nearest] = [away, row];
    }
    return nearest;
  }
}

/**
 * Whether a place lies inside a path: a ray from it crosses the path an odd number of times.
 *
 * @param {Spot[]} path
 * @param {number} x
 * @param {number} y
 */
export function within(path, x, y) {
  let inside = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [path[i], path[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
