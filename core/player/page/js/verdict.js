// Whether a list has followed its user: the mixes at two steps, what was lost between them, what still serves it.

/** @import { Replay } from "./types.js" */

import { listAt } from "./lists.js";

const LOST = 0.1; // share of the mix that a category must have lost to count as the old interest
const TOLERATED = 0.15; // share of the list beyond the user's own that may still be of the old interest
const STUCK = 0.45; // from here on the list has not followed at all

/**
 * Shares of all categories at a step.
 *
 * @param {Pick<Replay, "categories" | "mix">} replay
 * @param {number} step
 */
export function mixAt(replay, step) {
  const count = replay.categories.length;
  return [...replay.mix.subarray(step * count, (step + 1) * count)];
}

/**
 * How much of the list at step B still belongs to the categories that lost most since A: the key of a text, and
 * where categories were lost which they are, their shares before and after, and how many items of the list are theirs.
 *
 * @typedef {{ old: number[], was: number, is: number, serving: number, listed: number }} Findings
 *
 * @param {Pick<Replay, "categories" | "item_category" | "list_item" | "mix" | "shapes">} replay
 * @param {number} A
 * @param {number} B
 * @returns {{ key: string, found: Findings | null }}
 */
export function judge(replay, A, B) {
  if (!replay.categories.length) return { key: "verdict_none", found: null };
  const [before, after] = [mixAt(replay, A), mixAt(replay, B)];
  const lost = before.map((share, index) => share - after[index]);
  const most = Math.max(...lost);
  if (most < LOST) return { key: "verdict_same", found: null };
  const old = lost.map((_, index) => index).filter((index) => lost[index] >= Math.max(LOST, most / 2));
  const [was, is] = [before, after].map((mix) => old.reduce((sum, index) => sum + mix[index], 0));
  const list = listAt(replay, B);
  const serving = list.filter((item) => old.includes(replay.item_category[item])).length;
  const beyond = serving / Math.max(1, list.length) - is;
  const key = beyond > STUCK ? "verdict_old" : beyond > TOLERATED ? "verdict_partly" : "verdict_new";
  return { key, found: { old, was, is, serving, listed: list.length } };
}
