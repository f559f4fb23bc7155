// Whether a list has followed its user: two mixes, what was lost between them, and what the list serves of either.

/** @import { Replay } from "./types.js" */

import { listAt } from "./lists.js";

const LOST = 0.1; // share of the mix that a category must have lost to count as the old interest
const NEARER = 0.1; // by which a list's mix must be nearer to one mix than to the other (total variation)

/**
 * Shares of all categories at a step.
 *
 * @param {Pick<Replay, "categories" | "mix">} replay
 * @param {number} step
 */
export function mixAt(replay, step) {
  return rowOf(replay.mix, replay.categories.length, step);
}

/**
 * Shares of all categories in the stretches before and after a change point.
 *
 * @param {Pick<Replay, "categories" | "change_mix">} replay
 * @param {number} change
 */
export function mixesAround(replay, change) {
  return [change, change + 1].map((stretch) => rowOf(replay.change_mix, replay.categories.length, stretch));
}

/**
 * How much of the list at a step belongs to the categories that lost most from one mix to another, and to the largest
 * of the new mix: the key of a text, and where categories were lost which they are, their shares before and after, the
 * largest now, its share, and how many items of the list are of either.
 *
 * A list has followed where its own mix is nearer to the new mix, and it serves the largest interest of it.
 *
 * @typedef {{ old: number[], was: number, is: number, top: number, share: number, serving: number, topped: number, listed: number }} Findings
 *
 * @param {Pick<Replay, "categories" | "rest" | "item_category" | "list_item" | "shapes">} replay
 * @param {number[][]} mixes before and after
 * @param {number} step
 * @returns {{ key: string, found: Findings | null }}
 */
export function judge(replay, [before, after], step) {
  const bare = !replay.shapes.list_item[1]; // no model: there are no lists to follow
  if (!replay.categories.length) return { key: bare ? "verdict_none_here" : "verdict_none", found: null };
  const lost = before.map((share, index) => share - after[index]);
  const most = Math.max(...lost);
  if (most < LOST) return { key: "verdict_same", found: null };
  const old = lost.map((_, index) => index).filter((index) => lost[index] >= Math.max(LOST, most / 2));
  const [was, is] = [before, after].map((mix) => old.reduce((sum, index) => sum + mix[index], 0));
  const top = largest(after, replay.rest);
  const served = listAt(replay, step).map((item) => replay.item_category[item]);
  const serving = served.filter((category) => old.includes(category)).length;
  const topped = served.filter((category) => category === top).length;
  const nearer = apart(before, served) - apart(after, served);
  const found = { old, was, is, top, share: after[top], serving, topped, listed: served.length };
  if (bare) return { key: "verdict_alone", found };
  if (nearer >= NEARER && topped) return { key: "verdict_new", found };
  if (nearer <= -NEARER && serving) return { key: "verdict_old", found };
  return { key: serving || topped ? "verdict_partly" : "verdict_neither", found };
}

/**
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} row
 */
function rowOf(values, width, row) {
  return [...values.subarray(row * width, (row + 1) * width)];
}

/**
 * The largest category of a mix that has a name.
 *
 * @param {number[]} mix
 * @param {number} rest which one stands for all others
 */
function largest(mix, rest) {
  const named = mix.map((share, index) => (index === rest ? -1 : share));
  return named.indexOf(Math.max(...named));
}

/**
 * Total variation between a mix and that of the categories in a list.
 *
 * @param {number[]} mix
 * @param {number[]} served
 */
function apart(mix, served) {
  const share = (/** @type {number} */ index) => served.filter((category) => category === index).length / Math.max(1, served.length);
  return mix.reduce((sum, of, index) => sum + Math.abs(of - share(index)), 0) / 2;
}
