// The standing part of the timeline: lanes of categories, sessions, folded gaps, change points, dates.

/** @import { Pen, Theme, TimelineScene } from "./types.js" */

import { cut } from "./dom.js";
import { date, number, span } from "./words.js";

/**
 * Lanes, sessions and events; `strong` for what has happened, else faint.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 * @param {boolean} strong
 */
export function paintLanes(context, scene, strong) {
  const { shape, lanes, of, places, replay } = scene;
  if (!strong) paintSessions(context, scene);
  context.globalAlpha = strong ? 1 : 0.28;
  const gap = (shape.right - shape.left) / Math.max(1, replay.steps);
  const wide = Math.max(1.6, Math.min(7, gap * 0.72));
  lanes.forEach((lane, index) => {
    context.fillStyle = lane.colour;
    const y = shape.lanes.y + lane.row * shape.row + 2;
    for (let step = 0; step < replay.steps; step += 1) {
      if (of[step] === index) context.fillRect(shape.x(places[step]) - wide / 2, y, wide, shape.row - 4);
    }
  });
  context.globalAlpha = 1;
}

/**
 * Every second session on a tinted ground; none where they would be finer than pixels.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
function paintSessions(context, { shape, places, replay, theme }) {
  if (replay.ordinal || replay.session[replay.steps - 1] > (shape.right - shape.left) / 8) return;
  context.fillStyle = theme.text;
  context.globalAlpha = 0.035;
  let start = 0;
  for (let step = 1; step <= replay.steps; step += 1) {
    if (step < replay.steps && replay.session[step] === replay.session[start]) continue;
    if (replay.session[start] % 2 === 0) {
      const from = shape.x(places[start]) - 3;
      context.fillRect(from, shape.lanes.y, shape.x(places[step - 1]) + 3 - from, shape.lanes.h);
    }
    start = step;
  }
  context.globalAlpha = 1;
}

/**
 * Names of the lanes, left of them.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
export function paintNames(context, { shape, lanes, theme }) {
  context.font = `11px ${theme.font}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const lane of lanes.filter(({ row }) => row >= 0)) {
    const y = shape.lanes.y + (lane.row + 0.5) * shape.row;
    context.fillStyle = lane.colour;
    context.fillRect(shape.left - 17, y - 4, 8, 8);
    context.fillStyle = theme.text;
    context.fillText(cut(context, lane.name, shape.left - 26), shape.left - 22, y);
  }
  context.textAlign = "left";
}

/**
 * Text that can be read on any ground.
 *
 * @param {Pen} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {Theme} theme
 */
export function outlined(context, text, x, y, theme) {
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = theme.background;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

/**
 * Change points: the interval of the onset as a band, the change itself as a dashed line with its number.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
export function paintChanges(context, { shape, places, replay, theme }) {
  const bottom = shape.stream.y + shape.stream.h;
  context.font = `bold 10px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  replay.changes.forEach((change, index) => {
    const [from, at, to] = [change.low, change.event, change.high].map((step) => shape.x(places[step]));
    context.globalAlpha = 0.11;
    context.fillStyle = theme.primary;
    context.fillRect(from - 2, shape.lanes.y, Math.max(4, to - from + 4), bottom - shape.lanes.y);
    context.globalAlpha = 1;
    context.strokeStyle = theme.primary;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    line(context, at, shape.lanes.y - 2, at, bottom);
    context.setLineDash([]);
    context.beginPath();
    context.arc(at, shape.lanes.y - 9, 7, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = theme.dark ? "#10131a" : "#ffffff";
    context.fillText(String(index + 1), at, shape.lanes.y - 8.5);
  });
  context.textAlign = "left";
}

/**
 * Idle gaps that were folded: a hatched strip with the time that it hides.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
export function paintFolds(context, { shape, axis, theme }) {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.fillStyle = theme.muted;
  context.font = `10px ${theme.font}`;
  context.textAlign = "center";
  for (const fold of axis.folds) {
    const [from, to] = [shape.x(fold.from), shape.x(fold.to)];
    const middle = (from + to) / 2;
    for (const side of [-1.5, 1.5]) line(context, middle + side - 2, shape.lanes.y + shape.lanes.h, middle + side + 2, shape.lanes.y);
    const text = span(fold.gap, "short");
    if (to - from > context.measureText(text).width + 6) context.fillText(text, middle, shape.lanes.y + shape.lanes.h - 6);
  }
  context.textAlign = "left";
}

/**
 * Dates (or numbers of events) under the timeline, as many as fit.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
export function paintTicks(context, { shape, places, replay, theme }) {
  context.font = `11px ${theme.font}`;
  context.textBaseline = "top";
  context.textAlign = "left";
  let free = shape.left - 4;
  let last = "";
  for (let step = 0; step < replay.steps; step += 1) {
    const x = shape.x(places[step]);
    if (x < free) continue;
    const text = replay.ordinal ? number(step + 1) : date(replay.time[step]);
    if (text === last) continue; // a long day is named where it begins
    const width = context.measureText(text).width;
    if (x + width > shape.width) break;
    context.fillStyle = theme.line;
    context.fillRect(x, shape.axis.y - 4, 1, 5);
    context.fillStyle = theme.muted;
    context.fillText(text, x, shape.axis.y + 3);
    free = x + width + 24;
    last = text;
  }
}

/**
 * @param {Pen} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
