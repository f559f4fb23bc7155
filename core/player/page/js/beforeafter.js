// Before and after: two steps side by side, and whether the list still serves the old interest.

/** @import { Change, Marks, Replay, Scene } from "./types.js" */

import { make, setText } from "./dom.js";
import { listOf, mostChanged } from "./sides.js";
import { categoryName, stepsAround, told } from "./telling.js";
import { mixAt, mixesAround } from "./verdict.js";
import { number, percent, say } from "./words.js";

const MIXED = 6; // categories shown

export class BeforeAfter {
  /** @type {Replay} */
  replay;

  /** Change point that is looked at, -1 for marks set by hand. */
  change = -1;

  /**
   * `onMarks()` hears of new marks, `now()` tells the present step.
   *
   * @param {{ onMarks: () => void, now: () => number }} heard
   */
  constructor({ onMarks, now }) {
    /** @type {Marks} */
    this.marks = { A: null, B: null };
    this.onMarks = onMarks;
    this.now = now;
    this.changes = make("select", { class: "mp-select", "data-testid": "choose-change", onchange: () => this.choose(Number(this.changes.value)) });
    this.buttons = { A: this.button("mark-a", () => this.mark("A")), B: this.button("mark-b", () => this.mark("B")) };
    this.clear = this.button("clear-marks", () => this.set(null, null));
    this.title = make("h2", { class: "mp-heading" });
    this.verdict = make("p", { class: "mp-verdict", "data-testid": "verdict", "aria-live": "polite" });
    this.sides = make("div", { class: "mp-sides" });
    const tools = make("div", { class: "mp-tools" }, [this.changes, ...Object.values(this.buttons), this.clear]);
    this.element = make("section", { class: "mp-panel mp-compare", "data-testid": "before-after" }, [
      make("div", { class: "mp-panel-head" }, [this.title, tools]), this.verdict, this.sides,
    ]);
  }

  /**
   * @param {string} testid
   * @param {() => void} onclick
   */
  button(testid, onclick) {
    return make("button", { type: "button", class: "mp-button", "data-testid": testid, onclick });
  }

  /** @param {Replay} replay */
  load(replay) {
    this.replay = replay;
    setText(this.title, say("compare"));
    setText(this.buttons.A, say("mark_before"));
    setText(this.buttons.B, say("mark_after"));
    setText(this.clear, say("clear"));
    this.changes.setAttribute("aria-label", say("choose_change"));
    const options = replay.changes.map((change, index) => make("option", { value: index, text: changeName(change, index) }));
    this.changes.replaceChildren(make("option", { value: -1, text: say("choose_change") }), ...options);
    this.changes.hidden = !options.length;
    this.marks = { A: null, B: null };
    this.change = -1;
  }

  /** @param {"A" | "B"} name */
  mark(name) {
    this.changes.value = "-1";
    this.change = -1;
    const marks = { ...this.marks, [name]: this.now() };
    this.set(marks.A, marks.B);
  }

  /**
   * A change point: the last event before it against the last event before the next change.
   *
   * @param {number} index
   */
  choose(index) {
    if (index < 0) return this.set(null, null);
    this.changes.value = String(index);
    this.change = index;
    return this.set(...stepsAround(this.replay, index));
  }

  /**
   * @param {number | null} before
   * @param {number | null} after
   */
  set(before, after) {
    if (before === null && after === null) {
      this.changes.value = "-1";
      this.change = -1;
    }
    this.marks = before !== null && after !== null && before > after ? { A: after, B: before } : { A: before, B: after };
    this.onMarks();
  }

  /** @param {Scene} scene */
  draw(scene) {
    const { A, B } = this.marks;
    this.clear.hidden = A === null && B === null;
    this.sides.hidden = A === null || B === null;
    if (A === null || B === null) return setText(this.verdict, say(A === B ? "compare_hint" : "compare_other"));
    const mixes = this.change < 0 ? [mixAt(this.replay, A), mixAt(this.replay, B)] : mixesAround(this.replay, this.change);
    setText(this.verdict, told(this.replay, mixes, B));
    const lists = this.replay.shapes.list_item[1] ? [listOf(this.replay, "A", [A, B], scene), listOf(this.replay, "B", [B, A], scene)] : [];
    return this.sides.replaceChildren(this.mixes(mixes, scene), ...lists);
  }

  /**
   * The categories with the largest shares, and always those that lost and gained most.
   *
   * @param {number[][]} mixes before and after
   * @param {Scene} scene
   */
  mixes([before, after], scene) {
    const order = mostChanged([before, after], MIXED);
    const rows = order.map((index) => make("div", { class: "mp-mix-row" }, [
      make("span", { class: "mp-mix-name", text: categoryName(this.replay, index), title: categoryName(this.replay, index) }),
      ...[before, after].map((mix) => make("span", { class: "mp-track" }, [bar(mix[index], scene.lanes[index].colour)])),
      make("span", { class: "mp-number", text: `${percent(before[index])} → ${percent(after[index])}` }),
    ]));
    return make("div", { class: "mp-mixes" }, [make("h3", { text: say("mix") }), ...rows]);
  }
}

/**
 * @param {number} share
 * @param {string} colour
 */
function bar(share, colour) {
  return make("span", { class: "mp-bar", style: `transform:scaleX(${share});background:${colour}` });
}

/**
 * @param {Change} change
 * @param {number} index
 */
function changeName({ from, to, event }, index) {
  const turn = from.length || to.length ? say("from_to", { from: from.join(", "), to: to.join(", ") }) : "";
  return say("change_name", { n: number(index + 1), event: number(event + 1), turn });
}
