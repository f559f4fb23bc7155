// What happened on the owner's side (releases, campaigns, redesigns), on a time axis: a thin line or a pale band each.

/** @import { Happened, Pen, Sign, Theme } from "./types.js" */

import { cut } from "./dom.js";
import { line } from "./lanes.js";
import { date, number, say } from "./words.js";

export const ROW = 16; // height of the row that signs and names stand in
const MOST = 30; // markers on one axis, the first ones
const SIZE = 9; // of a sign
const LEAST = 34; // pixels from which on a name is worth its beginning
const NEAR = 3; // pixels around a line in which it is pointed at

/** How each kind looks: corners around the middle of its sign, in halves of its size; no corners: a disc. */
const CORNERS = /** @type {Record<string, [number, number][]>} */ ({
  release: [[0, -1], [1, 0.85], [-1, 0.85]],
  campaign: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
  redesign: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
});

/**
 * What a marker was and when.
 *
 * @param {Happened} marker
 */
export function nameOfMarker({ kind, start, end, note }) {
  const days = [...new Set([date(start), date(end)])].join(" – ");
  return `${say(`marker_${kind}`)} ${days}${note ? `: ${note}` : ""}`;
}

/**
 * The same as it stands on an axis, which tells when.
 *
 * @param {Happened} marker
 */
function shortly({ number: count, kind, note }) {
  return `${number(count)} ${say(`marker_${kind}`)}${note ? `: ${note}` : ""}`;
}

/**
 * Where the markers stand that lie within a span of time, from the left; each with the room that its name has.
 *
 * @param {Happened[]} markers
 * @param {[first: number, last: number]} span
 * @param {(time: number) => number} x pixels of a time within the span
 * @param {number} right pixels that the axis ends at
 * @returns {Sign[]}
 */
export function signsOf(markers, [first, last], x, right) {
  const inside = markers.filter(({ start, end }) => start <= last && end >= first).slice(0, MOST);
  const signs = inside.map((marker) => ({ marker, from: x(Math.max(marker.start, first)), to: x(Math.min(marker.end, last)), room: 0 }));
  signs.sort((a, b) => a.from - b.from);
  signs.forEach((sign, at) => { sign.room = (signs[at + 1]?.from ?? right + SIZE) - sign.from - SIZE; });
  return signs;
}

/**
 * Lines and bands from `top` down to the row of signs, and in it signs with as much of their names as has room.
 *
 * @param {Pen} context
 * @param {Sign[]} signs
 * @param {{ top: number, row: number }} where
 * @param {Theme} theme
 */
export function paintSigns(context, signs, { top, row }, theme) {
  for (const { from, to } of signs) {
    context.fillStyle = theme.muted;
    context.globalAlpha = 0.12;
    if (to - from >= 1) context.fillRect(from, top, to - from, row - top);
    context.globalAlpha = 1;
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.setLineDash([1, 2]);
    line(context, Math.round(from) + 0.5, top, Math.round(from) + 0.5, row + ROW / 2);
    context.setLineDash([]);
  }
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = theme.text;
  for (const sign of signs) paintSign(context, sign, row + ROW / 2, theme);
}

/**
 * @param {Pen} context
 * @param {Sign} sign
 * @param {number} y
 * @param {Theme} theme
 */
function paintSign(context, { marker, from, room }, y, theme) {
  if (room < 0) return; // the next one stands on it: its line stays
  const corners = CORNERS[marker.kind];
  context.beginPath();
  if (corners) corners.forEach(([dx, dy]) => context.lineTo(from + (dx * SIZE) / 2, y + (dy * SIZE) / 2));
  else context.arc(from, y, SIZE / 2, 0, 2 * Math.PI);
  context.closePath();
  context.fill();
  context.font = `11px ${theme.font}`;
  const text = room >= LEAST ? cut(context, shortly(marker), room - 4) : number(marker.number);
  if (context.measureText(text).width <= room - 4) context.fillText(text, from + SIZE / 2 + 3, y + 0.5);
}

/**
 * The names of the markers under a pointer, those of a while among them; empty where there are none.
 *
 * @param {Sign[]} signs
 * @param {number} x
 * @param {boolean} inRow whether it is in the row of signs
 */
export function namesUnder(signs, x, inRow) {
  const near = inRow ? SIZE : NEAR;
  const under = signs.filter(({ from, to }) => x >= from - near && x <= Math.max(from + near, inRow ? to : from));
  return under.map(({ marker }) => `${number(marker.number)} ${nameOfMarker(marker)}`).join("\n");
}

/**
 * The markers of an axis for those who do not see it; empty without any.
 *
 * @param {Happened[]} markers
 */
export function tellMarkers(markers) {
  if (!markers.length) return "";
  const names = markers.slice(0, MOST).map((marker) => `${number(marker.number)} ${nameOfMarker(marker)}`);
  return `. ${say("markers_told", { n: number(markers.length), names: names.join("; ") })}`;
}
