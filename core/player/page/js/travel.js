// Where buttons and keys lead the playhead.

/** @import { Player } from "./player.js" */

/** @typedef {{ step: number, last: number, changes: number[], stride: number }} Course */

/**
 * The step that an action leads to, which may lie beyond the ends; `jump` to infinity leads to the last.
 *
 * @param {string} name
 * @param {number} value of `jump` the step, of `move` the steps on or back
 * @param {Course} course where the playhead is, the last step, steps of change points in order, steps of one press
 */
export function targetOf(name, value, { step, last, changes, stride }) {
  /** @type {Record<string, () => number>} */
  const targets = {
    jump: () => (value === Infinity ? last : value),
    move: () => step + stride * value,
    "step-forward": () => step + stride,
    "step-back": () => step - stride,
    "next-change": () => changes.find((change) => change > step) ?? step,
    "previous-change": () => changes.findLast((change) => change < step) ?? step,
  };
  return targets[name]();
}

/**
 * Bring the playhead to a step that Python asks for: it need not be told where it rests.
 *
 * @param {Player} player
 * @param {number} step
 */
export function bring(player, step) {
  player.act("jump", step);
  player.told = player.clock.step;
  clearTimeout(player.resting);
}
