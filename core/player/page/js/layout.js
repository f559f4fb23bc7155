// Which lanes a history has, and where the parts of the timeline lie.

/** @import { Lane, Lanes, Replay, Shape, Theme } from "./types.js" */

import { say } from "./words.js";

/**
 * Lanes of a replay: a name, a colour and a row each, and the lane of every event.
 * Lanes 0 to n - 1 are the categories of the replay; `rows` counts those that have events and are drawn.
 *
 * @param {Pick<Replay, "categories" | "item" | "item_category" | "rest">} replay
 * @param {Pick<Theme, "category" | "other" | "primary">} theme
 * @returns {Lanes}
 */
export function makeLanes(replay, theme) {
  /** @type {Lane[]} */
  const lanes = replay.categories.map((name, index) => ({
    name: index === replay.rest ? say("other") : name,
    colour: index === replay.rest ? theme.other : theme.category(name),
    row: -1,
  }));
  const of = Int16Array.from(replay.item, (item) => replay.item_category[item]);
  if (of.includes(-1)) {
    of.forEach((lane, step) => { if (lane < 0) of[step] = lanes.length; });
    const [name, colour] = lanes.length ? ["no_category", theme.other] : ["events", theme.primary];
    lanes.push({ name: say(name), colour, row: -1 });
  }
  const used = new Set(of);
  let rows = 0;
  lanes.forEach((lane, index) => { if (used.has(index)) lane.row = rows++; });
  return { lanes, of, rows };
}

/**
 * Where the parts of the timeline lie.
 *
 * @param {number} width in CSS pixels
 * @param {number} rows
 * @param {boolean} withStream
 * @param {boolean} compact without room for arcs, and as low as can be read
 * @param {number} signed height of the row for markers
 * @returns {Shape}
 */
export function layOut(width, rows, withStream, compact = false, signed = 0) {
  const row = rows > 7 || compact ? 12 : 15;
  const left = width < 560 ? 88 : width < 1400 ? 124 : 168;
  const right = width - 12;
  const [arcs, flags] = [{ y: 0, h: compact ? 14 : 52 }, compact ? 17 : 18];
  const lanes = { y: arcs.h + flags, h: Math.max(1, rows) * row };
  const stream = { y: lanes.y + lanes.h + (compact ? 4 : 8), h: withStream ? (compact ? 32 : 64) : 0 };
  const signs = { y: stream.y + stream.h + (signed ? 2 : 0), h: signed };
  const axis = { y: signs.y + signs.h + 4, h: 18 };
  const x = (/** @type {number} */ place) => left + place * (right - left);
  return { width, left, right, row, flags, arcs, lanes, stream, signs, axis, height: axis.y + axis.h, x };
}
