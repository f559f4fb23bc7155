// Where members of a comparison stand at a moment, on their ways over the map.

/** @import { Pair } from "./types.js" */

const GLIDE = 0.01; // of the span: how long a state takes to its next place

/**
 * The last event at or before a moment, of those from `begin` to `end`; one before `begin` if there is none.
 *
 * @param {Float64Array} times
 * @param {number} begin
 * @param {number} end one behind the last
 * @param {number} time
 */
export function lastBefore(times, begin, end, time) {
  let [low, high] = [begin - 1, end - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * How far a state is on its way from one event to the next, 0 to 1: it moves on in the last stretch only, as it does
 * not change by itself.
 *
 * @param {Pick<Pair, "span" | "time">} pair
 * @param {number} event
 * @param {number} next
 * @param {number} time
 */
export function wayBetween(pair, event, next, time) {
  const [gap, glide] = [pair.time[next] - pair.time[event], GLIDE * (pair.span[1] - pair.span[0])];
  return gap > 0 ? Math.max(0, 1 - (pair.time[next] - time) / Math.min(gap, glide)) : 0;
}
