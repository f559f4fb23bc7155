// The player in a notebook: what it shows and where its playhead rests are traits of a model that Python has, too.

/** @import { Backdrop, Replay } from "./types.js" */

import { make } from "./dom.js";
import { luminance } from "./paint.js";
import { unpack } from "./payload.js";
import { Player } from "./player.js";
import { bring } from "./travel.js";
import { speak } from "./words.js";

/**
 * What a notebook gives; `get` knows the traits of core/notebook/player_widget.py.
 *
 * @typedef {{
 *   get(name: string): any, set(name: string, value: unknown): void, save_changes(): void,
 *   on(name: string, hear: () => void): void, off(name: string, hear: () => void): void,
 * }} Model
 */

/** A widget as notebooks mount it. */
export default function widget() {
  return { render };
}

/**
 * @param {{ model: Model, el: HTMLElement }} place
 * @returns {() => void}
 */
function render({ model, el }) {
  const home = make("div", { class: "meander-notebook" });
  el.append(home);
  home.classList.toggle("mn-dark", standsOnDark(el));
  speak(model.get("_texts"));
  const player = new Player(home, (step) => {
    model.set("step", step);
    model.save_changes();
  });
  /** @type {Backdrop | null} */
  const backdrop = model.get("_backdrop").byteLength ? unpack(bytes(model.get("_backdrop"))) : null;
  /** @type {Replay} */
  const replay = unpack(bytes(model.get("_replay")));
  player.load(replay, backdrop, {
    palette: model.get("_palette"), step: model.get("step"), notes: model.get("_notes"), markers: model.get("_markers"), story: model.get("_story"),
  });
  const follow = () => {
    const step = model.get("step");
    if (step !== player.clock.step) bring(player, step);
  };
  model.on("change:step", follow);
  return () => {
    model.off("change:step", follow);
    player.destroy();
    home.remove();
  };
}

/** @param {DataView} view bytes as a trait has them */
function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * Whether the first background behind an element is dark, also beyond a shadow root.
 *
 * @param {HTMLElement} element
 */
function standsOnDark(element) {
  /** @type {Element | null} */
  let at = element;
  while (at) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== "transparent" && !/[,/] ?0\)$/.test(colour)) return luminance(colour) < 0.35;
    const root = /** @type {Node} */ (at.getRootNode());
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return false;
}
