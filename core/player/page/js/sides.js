// What two moments are told apart by: the mix of interests as bars, and the list of each.

/** @import { Replay, Scene } from "./types.js" */

import { make } from "./dom.js";
import { listAt } from "./lists.js";
import { number, say } from "./words.js";

/**
 * Categories in the order of their shares; those that gained and lost most always come first.
 *
 * @param {number[][]} mixes before and after
 * @param {number} most how many
 */
export function mostChanged([before, after], most) {
  const gain = after.map((share, index) => share - before[index]);
  const pinned = [Math.max(...gain), Math.min(...gain)].map((extreme) => gain.indexOf(extreme));
  const size = (/** @type {number} */ index) => before[index] + after[index] + (pinned.includes(index) ? 2 : 0);
  return gain.map((_, index) => index).sort((a, b) => size(b) - size(a)).slice(0, most);
}

/**
 * The list at a step, with what is not in the list at another.
 *
 * @param {Replay} replay
 * @param {"A" | "B"} name A: before, B: after
 * @param {[step: number, other: number]} steps
 * @param {Scene} scene
 */
export function listOf(replay, name, [step, other], scene) {
  const there = new Set(listAt(replay, other));
  const rows = listAt(replay, step).map((item) => {
    const gone = !there.has(item);
    const category = replay.item_category[item];
    const swatch = make("span", { class: "mp-swatch", style: `background:${category < 0 ? scene.theme.other : scene.lanes[category].colour}` });
    const sign = gone ? say(name === "A" ? "left_list" : "entered_list") : "";
    return make("li", { class: gone ? "mp-changed" : "" }, [
      swatch, make("span", { class: "mp-row-title", text: replay.titles[item] }), make("span", { class: "mp-sign", text: sign }),
    ]);
  });
  const title = say(name === "A" ? "before_at" : "after_at", { n: number(step + 1) });
  return make("div", { class: "mp-side" }, [make("h3", { text: title }), make("ol", {}, rows)]);
}
