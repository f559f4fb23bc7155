// What a state looked back on, read from a replay.

/** @import { Look, Replay } from "./types.js" */

/**
 * Events looked back on at a step in one view (0: mean of all heads), strongest first.
 *
 * @param {Pick<Replay, "attention_index" | "attention_weight" | "shapes">} replay
 * @param {number} view
 * @param {number} step
 */
export function lookedAt(replay, view, step) {
  const [, steps, most] = replay.shapes.attention_index;
  /** @type {Look[]} */
  const found = [];
  const start = (view * steps + step) * most;
  for (let k = 0; k < most; k += 1) {
    const event = replay.attention_index[start + k];
    if (event >= 0) found.push({ event, weight: replay.attention_weight[start + k] / 65535 });
  }
  return found;
}
