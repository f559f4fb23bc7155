// The small box beside the pointer that says what is under it.

import { make, setText } from "./dom.js";

export class Tip {
  constructor() {
    this.element = make("div", { class: "mp-tip", hidden: true, "aria-hidden": "true" });
  }

  hide() {
    this.element.hidden = true;
  }

  /**
   * Show a text beside a place, inside the box around it.
   *
   * @param {string} text
   * @param {number} left
   * @param {number} top
   * @param {number} width of the box
   */
  show(text, left, top, width) {
    this.element.hidden = false;
    setText(this.element, text);
    const most = width - this.element.offsetWidth - 4;
    this.element.style.transform = `translate(${Math.max(0, Math.min(left + 12, most))}px, ${top + 16}px)`;
  }
}
