// A tour: the player plays by itself, tells captions at their steps, and says when it is through.

/** @import { TourPlan } from "./types.js" */

import { make, setText } from "./dom.js";

const LONGEST = 28; // seconds that a history takes, at most about twice with slow stretches
const FASTEST = 16; // events a second, in units of the clock's speed 1
const SLOW = 0.3; // share of the speed around a change point
const AROUND = 0.03; // of the history
const LINGER = 6000; // milliseconds on the last step

/** @import { Player } from "./player.js" */

export class Tour {
  /** @type {number | undefined} */
  leaving;

  /**
   * `captions`: steps and texts, in order.
   *
   * @param {Player} player
   * @param {TourPlan} plan
   */
  constructor(player, { captions }) {
    this.player = player;
    this.captions = captions;
    this.verdict = "";
    this.caption = make("p", { class: "mp-caption", "data-testid": "caption", "aria-live": "polite" });
    player.root.prepend(this.caption);
    player.root.classList.add("mp-tour");
    const { clock, replay } = player;
    clock.speed = Math.min(FASTEST, Math.max(1, replay.steps / LONGEST / 4));
    const width = Math.max(2, AROUND * replay.steps);
    clock.ease = (position) => (replay.changes.some(({ event }) => Math.abs(position - event) < width) ? SLOW : 1);
    this.at(clock.step);
    clock.play();
    player.run();
  }

  /**
   * Tell the caption of a step; at the last one, what became of the list, and after a while that the tour is through.
   *
   * @param {number} step
   */
  at(step) {
    const { player } = this;
    const isLast = step === player.replay.steps - 1;
    if (isLast && !this.verdict && player.replay.changes.length) {
      player.compare.choose(0);
      this.verdict = player.compare.verdict.textContent;
    }
    const told = this.captions.findLast(([from]) => from <= step);
    setText(this.caption, (isLast && this.verdict) || told?.[1] || "");
    clearTimeout(this.leaving);
    if (isLast) this.leaving = setTimeout(() => player.tell(step, true), LINGER);
  }

  end() {
    clearTimeout(this.leaving);
    this.player.root.classList.remove("mp-tour");
    this.caption.remove();
  }
}
