// Where points lie along a column: a place from 0 to 1, and the bar that counts them.

/** @import { Column, ColumnArray } from "./types.js" */

const BARS = 40;

/**
 * A column along its axis: the place of each point (-1 without), its bar (`bins` without), and what lies at a place.
 *
 * `whole` says that each bar is one number.
 *
 * @typedef {{ bins: number, place: Float32Array, bin: Uint16Array, valueAt: (place: number) => number, log: boolean,
 *   whole: boolean }} Along
 */

/**
 * Numbers or times along an axis. Few whole numbers have a bar each; the axis is a logarithm where that spreads them
 * more evenly.
 *
 * @param {Pick<Column, "kind" | "range">} column
 * @param {ColumnArray} values
 * @returns {Along}
 */
export function alongOf({ kind, range }, values) {
  const [low, high] = range ?? [0, 1];
  const whole = kind === "number" && high - low < BARS && isWhole(values);
  const [from, to] = whole ? [low - 0.5, high + 0.5] : [low, high > low ? high : low + 1];
  const log = kind === "number" && !whole && low >= 0 && isSkewed(values, low, high);
  const scale = log ? Math.log1p : (/** @type {number} */ value) => value;
  const back = log ? Math.expm1 : scale;
  const [start, width] = [scale(from), scale(to) - scale(from)];
  const bins = whole ? Math.round(to - from) : BARS;
  const place = new Float32Array(values.length);
  const bin = new Uint16Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const at = (scale(values[row]) - start) / width;
    const here = at >= 0 && at <= 1;
    place[row] = here ? at : -1;
    bin[row] = here ? Math.min(bins - 1, Math.floor(at * bins)) : bins;
  }
  return { bins, place, bin, valueAt: (at) => back(start + at * width), log, whole };
}

/**
 * Bars of names by their codes; the last counts points without one.
 *
 * @param {ColumnArray} codes -1 without
 * @param {number} bins how many names there are
 */
export function barsOf(codes, bins) {
  const bin = new Uint16Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) bin[row] = codes[row] >= 0 && codes[row] < bins ? codes[row] : bins;
  return bin;
}

/** @param {ColumnArray} values */
function isWhole(values) {
  for (const value of values) if (value === value && !Number.isInteger(value)) return false;
  return true;
}

/**
 * Whether the middle of a logarithmic axis divides the points more evenly than that of a straight one.
 *
 * @param {ColumnArray} values
 * @param {number} low
 * @param {number} high
 */
function isSkewed(values, low, high) {
  const straight = (low + high) / 2;
  const bent = Math.expm1((Math.log1p(low) + Math.log1p(high)) / 2);
  let known = 0;
  let belowStraight = 0;
  let belowBent = 0;
  for (const value of values) {
    known += Number(value === value);
    belowStraight += Number(value < straight);
    belowBent += Number(value < bent);
  }
  return Math.abs(belowBent - known / 2) < Math.abs(belowStraight - known / 2);
}

/** What a pointer does to a brush: draw a new one, pull an end, or move the whole. */
/** @typedef {{ kind: "new" | "low" | "high" | "move", from: number, ends: [number, number] }} Grab */

/**
 * How a press at a place takes hold of a brush.
 *
 * @param {[number, number] | null} ends
 * @param {number} at
 * @param {number} reach how near an end is taken hold of
 * @returns {Grab}
 */
export function grabbed(ends, at, reach) {
  if (!ends) return { kind: "new", from: at, ends: [at, at] };
  const [low, high] = ends;
  if (Math.abs(at - high) < reach) return { kind: "high", from: at, ends };
  if (Math.abs(at - low) < reach) return { kind: "low", from: at, ends };
  return at > low && at < high ? { kind: "move", from: at, ends } : { kind: "new", from: at, ends: [at, at] };
}

/**
 * The brush once the pointer that holds it is at a place.
 *
 * @param {Grab} grab
 * @param {number} at
 * @returns {[number, number]}
 */
export function brushed({ kind, from, ends: [low, high] }, at) {
  const to = Math.max(0, Math.min(1, at));
  if (kind === "move") {
    const by = Math.max(-low, Math.min(1 - high, to - from));
    return [low + by, high + by];
  }
  const held = kind === "new" ? from : kind === "low" ? high : low;
  return [Math.max(0, Math.min(held, to)), Math.min(1, Math.max(held, to))];
}

/**
 * A brush that holds whole bars.
 *
 * @param {[number, number]} ends
 * @param {number} bins
 * @returns {[number, number]}
 */
export function snapped([low, high], bins) {
  return [Math.floor(low * bins + 1e-6) / bins, Math.ceil(high * bins - 1e-6) / bins];
}
