// What everything with a playhead has: keys, and frames for as long as it moves.

import { actionOf } from "./keys.js";

/** Has `clock`, `root` and `help`; says whether it is `ready` for keys, does what they `act`, and can `show` a moment. */
export class Playing {
  request = null;

  onKey(event) {
    if (!this.ready() || !this.root.isConnected) return;
    if (this.help.open) {
      if (event.key === "?") this.help.close();
      return;
    }
    const action = actionOf(event, this.root);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(...action);
  }

  /** Ask for frames for as long as the playhead moves. */
  run() {
    if (!this.clock.playing || this.request) return;
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
