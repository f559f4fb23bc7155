// The search box of the atlas: what it finds is marked while one types, arrows walk along it, Enter filters by it.

/**
 * @typedef {{ found: (hits: Uint8Array | null) => void, passes: (row: number) => boolean, walk: (row: number) => void,
 *   filter: (hits: Uint8Array | null) => void }} Heard
 */
/** @typedef {import("./finder.js").Finder} Finder */

import { make, setText } from "./dom.js";
import { number, say } from "./words.js";

export class SearchBox {
  /** @type {Finder} */
  finder;
  /** @type {Uint8Array | null} */
  hits = null;
  count = 0;
  filtering = false;
  at = -1; // the hit that one has walked to, by its row

  /** @param {Heard} heard */
  constructor(heard) {
    this.heard = heard;
    this.input = make("input", { type: "search", class: "mp-select mp-search", "data-testid": "atlas-search", autocomplete: "off", spellcheck: "false", oninput: () => this.look() });
    this.told = make("span", { class: "mp-note", "data-testid": "atlas-hits", "aria-live": "polite" });
    this.input.addEventListener("focus", () => this.finder.prepare());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.element = make("div", { class: "mp-group", role: "search" }, [this.input, this.told]);
  }

  /** @param {Finder} finder of the points that are shown */
  load(finder) {
    this.finder = finder;
    this.input.placeholder = say("atlas_search");
    this.input.setAttribute("aria-label", say("atlas_search"));
    this.input.title = say("atlas_search_hint");
    this.look();
  }

  /** Mark what has these letters. */
  look() {
    const letters = this.input.value.trim();
    this.at = -1;
    const { hits, count } = letters ? this.finder.find(letters) : { hits: null, count: 0 };
    Object.assign(this, { hits, count });
    setText(this.told, letters ? say("atlas_hits", { n: number(count) }) : "");
    this.heard.found(hits);
    this.filtering &&= Boolean(letters);
    if (!letters || this.filtering) this.heard.filter(hits);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) this.step(step);
    else if (event.key === "Enter") this.filter();
    else if (event.key === "Escape" && this.input.value) this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Filter by what is found; letters that are typed after that change the filter. */
  filter() {
    this.filtering = this.count > 0;
    this.heard.filter(this.filtering ? this.hits : null);
  }

  /** @param {1 | -1} step to the next hit that passes all filters, or the one before, around the ends */
  step(step) {
    if (!this.hits || !this.count) return;
    const { length } = this.hits;
    const from = this.at < 0 && step < 0 ? 0 : this.at;
    for (let away = 1; away <= length; away += 1) {
      const row = (from + step * away + 2 * length) % length;
      if (!this.hits[row] || !this.heard.passes(row)) continue;
      this.at = row;
      this.heard.walk(row);
      return;
    }
  }

  /** @param {string} title of the hit that one has walked to */
  tell(title) {
    setText(this.told, `${say("atlas_hits", { n: number(this.count) })} · ${title}`);
  }

  clear() {
    this.input.value = "";
    this.look();
  }
}
