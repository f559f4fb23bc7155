// The buttons above the map: pick or move, nearer or farther, points or density, names, and how many pass.

/** @import { Drawn, Points } from "./types.js" */
/** @typedef {import("./atlasview.js").AtlasView} AtlasView */
/** @typedef {import("./atlasview.js").Mode} Mode */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */

import { make, setText } from "./dom.js";
import { number, say } from "./words.js";

const LEAST = 2000; // points in view from which on contours are drawn, unless the reader wants others

export class AtlasTools {
  /**
   * @param {AtlasView} view
   * @param {{ changed: () => void, clear: () => void }} heard
   */
  constructor(view, { changed, clear }) {
    this.view = view;
    this.changed = changed;
    this.wanted = { drawn: /** @type {Drawn} */ ("both"), least: LEAST, names: true };
    const press = (/** @type {string} */ name, /** @type {() => void} */ act) => make("button", { type: "button", class: "mp-button", "data-testid": `atlas-${name}`, onclick: act });
    this.modes = { lasso: press("lasso", () => this.choose("lasso")), move: press("move", () => this.choose("move")) };
    this.drawn = { points: press("points", () => this.draw("points")), density: press("density", () => this.draw("density")), both: press("both", () => this.draw("both")) };
    this.names = press("names", () => { this.wanted.names = !this.wanted.names; this.draw(this.wanted.drawn); });
    this.zooms = { out: press("out", () => view.zoom(1 / 1.5)), in: press("in", () => view.zoom(1.5)), whole: press("whole", () => view.whole()) };
    this.clear = press("clear", clear);
    this.leastWord = make("span", { class: "mp-note" });
    this.least = make("input", { type: "number", min: 0, step: 500, value: LEAST, class: "mp-select mp-least", "data-testid": "atlas-least", oninput: () => this.draw(this.wanted.drawn) });
    this.leastLabel = make("label", { class: "mp-group" }, [this.leastWord, this.least]);
    this.told = make("span", { class: "mp-note", "data-testid": "atlas-count", "aria-live": "polite" });
    this.element = make("div", { class: "mp-controls", role: "group" }, [
      make("div", { class: "mp-group" }, Object.values(this.modes)), make("div", { class: "mp-group" }, Object.values(this.zooms)),
      make("div", { class: "mp-group" }, [...Object.values(this.drawn), this.names]), this.leastLabel, this.clear, this.told,
    ]);
  }

  /** @param {Drawn} drawn what is shown of new points */
  start(drawn) {
    this.wanted.drawn = drawn;
  }

  /** @param {Points} points */
  load(points) {
    const words = { ...this.modes, ...this.drawn, ...this.zooms, names: this.names, clear: this.clear };
    for (const [name, button] of Object.entries(words)) setText(button, say(`atlas_${name}`));
    setText(this.leastWord, say("atlas_least"));
    this.least.title = say("atlas_least_hint");
    this.names.hidden = !points.clusters?.length;
    this.view.box.setAttribute("aria-label", say("atlas_map", { points: number(points.state.length) }));
    this.choose(this.view.mode);
    this.draw(this.wanted.drawn);
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.view.choose(mode);
    for (const [name, button] of Object.entries(this.modes)) button.setAttribute("aria-pressed", String(name === mode));
  }

  /** @param {Drawn} drawn */
  draw(drawn) {
    Object.assign(this.wanted, { drawn, least: Math.max(0, this.least.valueAsNumber || 0) });
    for (const [name, button] of Object.entries(this.drawn)) button.setAttribute("aria-pressed", String(name === drawn));
    this.names.setAttribute("aria-pressed", String(this.wanted.names));
    this.leastLabel.hidden = drawn === "points";
    this.changed();
  }

  /** @param {Crossfilter} cross */
  count({ active, passing }) {
    this.clear.hidden = !active;
    setText(this.told, active ? say("atlas_picked", { n: number(passing) }) : "");
  }
}
