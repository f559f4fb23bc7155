// The lists of a replay: what stands in them, how ranks move, what scores they span.

/** @import { Replay } from "./types.js" */

const LONGEST = 60; // letters of a title in a sentence

/**
 * Items of the list at a step, best first.
 *
 * @param {Pick<Replay, "list_item" | "shapes">} replay
 * @param {number} step
 */
export function listAt(replay, step) {
  const length = replay.shapes.list_item[1];
  return [...replay.list_item.subarray(step * length, (step + 1) * length)].filter((item) => item >= 0);
}

/**
 * Lowest and highest score of all lists, so that bars can be compared between steps.
 *
 * @param {Pick<Replay, "list_item" | "list_score">} replay
 * @returns {[number, number]}
 */
export function scoreBounds(replay) {
  let [low, high] = [Infinity, -Infinity];
  replay.list_score.forEach((score, i) => {
    if (replay.list_item[i] < 0) return;
    low = Math.min(low, score);
    high = Math.max(high, score);
  });
  if (!Number.isFinite(low)) return [0, 1];
  return high > low ? [low, high] : [low - 1, low];
}

/**
 * A title that leaves the lists below it where they are.
 *
 * @param {string} title
 */
export function shortened(title) {
  const letters = [...title];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : title;
}
