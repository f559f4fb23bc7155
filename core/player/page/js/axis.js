// Where events lie along the shared horizontal axis, 0 to 1.

/** @import { Axis, Fold, Replay } from "./types.js" */

/** @typedef {Pick<Replay, "ordinal" | "session" | "steps" | "time">} Course */

const MOST_FOLD = 7; // widest idle gap on the folded axis, in widths of an event
const NOTABLE = 6; // a gap this many times the usual one gets a mark
const MARKED = 10; // the longest ones only

/**
 * Places of events by position, by time, or by time with idle gaps folded.
 *
 * @param {Course} replay
 * @param {boolean} folded
 * @returns {Axis}
 */
export function makeAxis(replay, folded) {
  const places = replay.ordinal || !spread(replay.time) ? byPosition(replay.steps) : placesOf(replay, folded);
  return { places, folds: folded && !replay.ordinal ? folds(replay, places) : [], folded };
}

/** @param {Float64Array} time */
function spread(time) {
  return time.length > 1 && time[time.length - 1] > time[0];
}

/** @param {number} steps */
function byPosition(steps) {
  return Float64Array.from({ length: steps }, (_, step) => (steps > 1 ? step / (steps - 1) : 0.5));
}

/**
 * @param {Course} replay
 * @param {boolean} folded
 */
function placesOf(replay, folded) {
  const { time, session, steps } = replay;
  const places = new Float64Array(steps);
  const usual = folded ? usualGap(replay) : 0;
  for (let step = 1; step < steps; step += 1) {
    const gap = time[step] - time[step - 1];
    let width = gap;
    if (folded) width = session[step] === session[step - 1] ? 1 : 1 + Math.min(MOST_FOLD, 1.5 * Math.log2(1 + gap / usual));
    places[step] = places[step - 1] + width;
  }
  const length = places[steps - 1];
  return places.map((place) => place / length);
}

/**
 * Median pause between sessions, in milliseconds.
 *
 * @param {Course} replay
 */
function usualGap({ time, session, steps }) {
  /** @type {number[]} */
  const gaps = [];
  for (let step = 1; step < steps; step += 1) {
    if (session[step] !== session[step - 1]) gaps.push(time[step] - time[step - 1]);
  }
  gaps.sort((a, b) => a - b);
  return Math.max(1, gaps[gaps.length >> 1] ?? 1);
}

/**
 * Idle gaps that deserve a mark: where they lie and how long they took.
 *
 * @param {Course} replay
 * @param {Float64Array} places
 */
function folds(replay, places) {
  const usual = usualGap(replay);
  /** @type {Fold[]} */
  const found = [];
  for (let step = 1; step < replay.steps; step += 1) {
    const gap = replay.time[step] - replay.time[step - 1];
    if (replay.session[step] !== replay.session[step - 1] && gap > NOTABLE * usual) {
      found.push({ from: places[step - 1], to: places[step], gap });
    }
  }
  return found.sort((a, b) => b.gap - a.gap).slice(0, MARKED);
}

/**
 * Place of a position between events, such as 12.4.
 *
 * @param {Float64Array} places
 * @param {number} position
 */
export function placeAt(places, position) {
  const step = Math.min(Math.floor(position), places.length - 1);
  const next = Math.min(step + 1, places.length - 1);
  return places[step] + (places[next] - places[step]) * (position - step);
}

/**
 * Last position whose place is at or before `place`, with its fraction on the way to the next.
 *
 * @param {Float64Array} places
 * @param {number} place
 */
export function positionAt(places, place) {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places[middle] <= place) low = middle;
    else high = middle - 1;
  }
  if (low === places.length - 1) return low;
  const width = places[low + 1] - places[low];
  return low + (width > 0 ? Math.max(0, Math.min(1, (place - places[low]) / width)) : 0);
}

/**
 * Place of a moment between the first and the last event.
 *
 * @param {Float64Array} places
 * @param {Float64Array} time of the events
 * @param {number} moment
 */
export function placeOfTime(places, time, moment) {
  return placeAt(places, positionAt(time, moment));
}

/**
 * The event nearest to a place.
 *
 * @param {Float64Array} places
 * @param {number} place
 */
export function nearestStep(places, place) {
  return Math.round(positionAt(places, place));
}
