// What everything with a playhead has: keys, and frames for as long as it moves.

/** @import { Clock } from "./clock.js" */
/** @import { Act } from "./types.js" */

import { actionOf } from "./keys.js";
import { onThemeChange } from "./paint.js";

/**
 * What has a playhead: says whether it is `ready` for keys, does what they `act`, can `paint` what stands still in its
 * present `sizes` and `show` a moment.
 *
 * @typedef {{ clock: Clock, root: HTMLElement, help: HTMLDialogElement | undefined, probe: HTMLElement, painted: string,
 *   timeline: { element: HTMLElement }, map: { box: HTMLElement }, ready: () => boolean, act: Act, paint: () => void,
 *   show: () => void }} Played
 */

/** Keys, sizes and frames for what extends it; that must be a `Played`. */
export class Playing {
  /** @type {number | null} */
  request = null;

  /**
   * Hear keys, clicks, new sizes and themes; what is returned ends it.
   *
   * @this {Playing & Played}
   * @returns {() => void}
   */
  listen() {
    const onKey = (/** @type {KeyboardEvent} */ event) => this.onKey(event);
    document.addEventListener("keydown", onKey);
    this.root.addEventListener("click", (event) => this.onClick(event));
    const sized = new ResizeObserver(() => { if (this.painted !== this.sizes()) this.paint(); });
    for (const box of [this.timeline.element, this.map.box]) sized.observe(box);
    const stopTheme = onThemeChange(this.probe, () => this.paint());
    return () => {
      document.removeEventListener("keydown", onKey);
      sized.disconnect();
      stopTheme();
    };
  }

  /**
   * What the painting depends on: the width of the timeline, the size of the map.
   *
   * @this {Playing & Played}
   */
  sizes() {
    return [this.timeline.element.clientWidth, this.map.box.clientWidth, this.map.box.clientHeight].join();
  }

  /**
   * @this {Playing & Played}
   * @param {KeyboardEvent} event
   */
  onKey(event) {
    if (!this.ready() || !this.root.isConnected) return;
    if (this.help?.open) {
      if (event.key === "?") this.help.close();
      return;
    }
    const action = actionOf(event, this.root);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(...action);
  }

  /**
   * After a click with the pointer, space means play again, not the button that was clicked.
   *
   * @this {Playing & Played}
   * @param {MouseEvent} event
   */
  onClick(event) {
    const { detail, target } = event;
    if (!detail || !(target instanceof Element)) return;
    if (target.closest("button") && !target.closest("dialog")) this.root.focus({ preventScroll: true });
  }

  /**
   * Open the help, or close it.
   *
   * @this {Playing & Played}
   */
  toggleHelp() {
    if (this.help?.open) this.help.close();
    else this.help?.showModal();
  }

  /**
   * Ask for frames for as long as the playhead moves.
   *
   * @this {Playing & Played}
   */
  run() {
    if (!this.clock.playing || this.request) return;
    /** @param {number} now */
    const frame = (now) => {
      this.request = null;
      if (!this.root.isConnected) return;
      this.clock.tick(now);
      this.show();
      if (this.clock.playing) this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }
}
