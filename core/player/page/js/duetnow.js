// What both are after at the moment under the playhead: a bar each per category, and how much is alike.

/** @import { DuetScene } from "./types.js" */

import { make, setText } from "./dom.js";
import { percent, say } from "./words.js";

/** @typedef {{ bars: HTMLElement[], shares: HTMLElement[], element: HTMLElement }} Cell */

export class DuetNow {
  /** @type {DuetScene} */
  scene;
  /** @type {Cell[]} */
  cells = [];
  /** @type {number | null} */
  shown = null;

  constructor() {
    this.title = make("h2", { class: "mp-heading" });
    this.legend = make("p", { class: "mp-note" });
    this.rows = make("div", { class: "mp-now" });
    this.alike = make("p", { class: "mp-verdict", "data-testid": "alike" });
    this.element = make("section", { class: "mp-panel", "data-testid": "duet-now" }, [
      make("div", { class: "mp-panel-head" }, [this.title]), this.legend, this.rows, this.alike,
    ]);
  }

  /** @param {DuetScene} scene */
  load(scene) {
    this.scene = scene;
    const { pair, colours } = scene;
    setText(this.title, say("duet_now"));
    setText(this.legend, say("duet_legend", { one: pair.names[0], other: pair.names[1] }));
    this.cells = pair.categories.map((name, index) => {
      const bars = [0, 1].map(() => make("span", { class: "mp-bar", style: `background:${colours[index]}` }));
      const shares = [0, 1].map(() => make("span", { class: "mp-number mp-share" }));
      const sides = [0, 1].map((side) => make("div", { class: "mp-now-side" }, [
        make("span", { class: "mp-side-name", text: "AB"[side] }), make("span", { class: "mp-track" }, [bars[side]]), shares[side],
      ]));
      const title = index === pair.rest ? say("other") : name;
      return { bars, shares, element: make("div", { class: "mp-now-row" }, [make("span", { class: "mp-mix-name", text: title }), ...sides]) };
    });
    this.rows.replaceChildren(...this.cells.map(({ element }) => element));
    this.shown = null;
  }

  /** @param {number} place 0 to 1 */
  draw(place) {
    const { pair } = this.scene;
    const [, moments, count] = pair.shapes.mix;
    const at = Math.min(moments - 1, Math.floor(place * moments));
    if (at === this.shown) return;
    this.shown = at;
    this.cells.forEach(({ bars, shares }, index) => {
      [0, 1].forEach((side) => {
        const there = pair.known[side * moments + at] > 0.02;
        const share = there ? pair.mix[(side * moments + at) * count + index] : 0;
        bars[side].style.transform = `scaleX(${share})`;
        setText(shares[side], there ? percent(share) : "–");
      });
    });
    const alike = pair.likeness[at];
    const text = !count ? say("verdict_none_here") : alike < 0 ? say("duet_apart") : say("duet_share", { share: percent(alike) });
    setText(this.alike, text);
  }
}
