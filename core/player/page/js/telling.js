// A history in words: what it is, what an event was, what became of a list.

/** @import { Lanes, Replay } from "./types.js" */

import { tellMarkers } from "./markers.js";
import { judge } from "./verdict.js";
import { date, number, percent, say } from "./words.js";

/**
 * The name of a category of a replay.
 *
 * @param {Pick<Replay, "categories" | "rest">} replay
 * @param {number} index
 */
export function categoryName({ categories, rest }, index) {
  return index === rest ? say("other") : categories[index];
}

/**
 * Whether the list at a step serves what was left or what was found, in a sentence.
 *
 * @param {Replay} replay
 * @param {number[][]} mixes before and after
 * @param {number} step
 */
export function told(replay, mixes, step) {
  const { key, found } = judge(replay, mixes, step);
  if (!found) return say(key);
  const { old, was, is, top, share, serving, topped, listed } = found;
  const category = old.map((index) => categoryName(replay, index)).join(", ");
  const shares = { before: percent(was), after: percent(is), share: percent(share) };
  const counts = { n: number(serving), m: number(topped), k: number(listed) };
  return say(key, { category, top: categoryName(replay, top), ...shares, ...counts });
}

/**
 * The two steps that a change is told by: the last event before it, and the last before the next change.
 *
 * @param {Pick<Replay, "changes" | "steps">} replay
 * @param {number} index
 * @returns {[before: number, after: number]}
 */
export function stepsAround({ changes, steps }, index) {
  const after = index + 1 < changes.length ? changes[index + 1].event - 1 : steps - 1;
  return [Math.max(0, changes[index].event - 1), after];
}

/**
 * A history for those who do not see its timeline.
 *
 * @param {Replay} replay
 */
export function describe(replay) {
  const values = { user: replay.user, events: number(replay.steps), changes: number(replay.changes.length) };
  if (replay.ordinal) return say("timeline_ordinal", values);
  const [from, to] = [replay.time[0], replay.time[replay.steps - 1]];
  const inside = replay.markers.filter(({ start, end }) => start <= to && end >= from);
  return say("timeline", { ...values, from: date(from), to: date(to) }) + tellMarkers(inside);
}

/**
 * An event: its number, what it was, of what category and when.
 *
 * @param {Replay} replay
 * @param {Lanes} lanes
 * @param {number} step
 */
export function nameOfEvent(replay, { lanes, of }, step) {
  const when = replay.ordinal ? "" : ` · ${date(replay.time[step], true)}`;
  return `${number(step + 1)}. ${replay.titles[replay.item[step]]} · ${lanes[of[step]].name}${when}`;
}
