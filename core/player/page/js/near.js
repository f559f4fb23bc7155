// The points nearest to one point in the full space, where the map may have torn them apart: lines and a card.

/** @import { Mapping, Pen, Points, Theme } from "./types.js" */

import { make } from "./dom.js";
import { line } from "./lanes.js";
import { number, say } from "./words.js";

/** @typedef {{ row: number, distance: number }} Neighbour */

/**
 * The nearest points of a point, the nearest first; none where they are not known.
 *
 * @param {Points} points
 * @param {number} row
 */
export function neighbours({ near, near_distance: distance, near_row: rows, near_k: most }, row) {
  /** @type {Neighbour[]} */
  const found = [];
  if (!near || !distance || !rows || !most || rows[row] < 0) return found;
  for (let at = rows[row] * most; at < (rows[row] + 1) * most; at += 1) if (near[at] >= 0) found.push({ row: near[at], distance: distance[at] });
  return found;
}

/**
 * Lines from a point to its nearest, and a ring around each.
 *
 * @param {Pen} context
 * @param {Points} points
 * @param {number} row
 * @param {Mapping} mapping
 * @param {Theme} theme
 */
export function drawNear(context, points, row, { scale, dx, dy }, theme) {
  const [x, y] = [points.xy[2 * row] * scale + dx, dy - points.xy[2 * row + 1] * scale];
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  for (const { row: other } of neighbours(points, row)) {
    const [px, py] = [points.xy[2 * other] * scale + dx, dy - points.xy[2 * other + 1] * scale];
    context.globalAlpha = 0.65;
    line(context, x, y, px, py);
    context.globalAlpha = 1;
    ring(context, px, py, 4);
  }
  context.lineWidth = 2.5;
  ring(context, x, y, 8);
}

/**
 * @param {Pen} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function ring(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

/** The card that lists them. */
export class NearCard {
  /**
   * @param {(row: number) => void} choose hears of a neighbour that is asked for
   * @param {() => void} close
   */
  constructor(choose, close) {
    this.choose = choose;
    this.close = close;
    this.element = make("div", { class: "mp-near", role: "group", "data-testid": "atlas-near", hidden: true });
  }

  /**
   * @param {Points} points
   * @param {number} row -1 for none
   * @param {(row: number) => string} tell what is said of a point
   */
  show(points, row, tell) {
    this.element.hidden = row < 0;
    if (row < 0) return;
    const title = make("h3", { text: tell(row) });
    const close = make("button", { type: "button", class: "mp-button mp-small", "aria-label": say("close"), text: "×", onclick: () => this.close() });
    const found = neighbours(points, row);
    const rows = found.map(({ row: other, distance }) => make("li", {}, [
      make("button", { type: "button", class: "mp-near-row", onclick: () => this.choose(other) }, [
        make("span", { class: "mp-row-title", text: tell(other) }), make("span", { class: "mp-number", text: number(distance, 2) }),
      ]),
    ]));
    this.element.setAttribute("aria-label", say("atlas_near"));
    this.element.replaceChildren(
      make("div", { class: "mp-hist-head" }, [title, close]),
      make("p", { class: "mp-note", text: say(found.length ? "atlas_near_hint" : "atlas_near_none") }), make("ol", {}, rows),
    );
  }
}
