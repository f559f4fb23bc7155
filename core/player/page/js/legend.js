// What colours of the atlas mean, and what is told of a point.

/** @import { Colour, Points, ScaledPalette, Shades, Theme } from "./types.js" */

import { make } from "./dom.js";
import { between, channels } from "./paint.js";
import { number, say } from "./words.js";

const STOPS = 32; // shades of a scale of numbers

/**
 * Colours as red, green, blue, and which of them each point has; the last colour stands for none.
 *
 * @param {Points} points
 * @param {Theme} theme
 * @param {ScaledPalette} palette
 * @returns {Shades}
 */
export function shadesOf(points, theme, palette) {
  const none = channels(theme.other);
  if (!points.range || !points.value) {
    const colours = [...points.categories.map((name) => channels(theme.category(name))), none];
    return { colours, of: Int16Array.from(points.category, (category) => (category < 0 ? colours.length - 1 : category)) };
  }
  const scale = palette.scale[theme.dark ? "dark" : "light"].map(channels);
  const colours = [...Array.from({ length: STOPS }, (_, stop) => between(scale, stop / (STOPS - 1))), none];
  return { colours, of: Int16Array.from(points.value, (value) => (value < 0 ? STOPS : Math.round(value * (STOPS - 1)))) };
}

/** The legend under the atlas. */
export class Legend {
  /** @param {(category: number) => void} choose hears of a press on a category, -1 for none */
  constructor(choose) {
    this.choose = choose;
    /** @type {Map<number, HTMLButtonElement>} */
    this.buttons = new Map();
    this.element = make("div", { class: "mp-legend", "data-testid": "legend" });
  }

  /**
   * @param {Points} points
   * @param {Shades} shades
   * @param {Theme} theme
   * @param {string} by what colours stand for
   */
  draw(points, { colours }, theme, by) {
    /** @param {Colour} colour */
    const css = (colour) => `rgb(${colour.join(" ")})`;
    const signs = [...new Set(points.state)].sort().map((state) => this.entry(say(state ? "atlas_states" : "atlas_items"), css(channels(theme.muted)), state ? 5 : 9));
    this.buttons.clear();
    if (points.range) {
      const [low, high] = points.range;
      const ramp = make("span", { class: "mp-ramp", style: `background:linear-gradient(to right, ${colours.slice(0, STOPS).map(css).join(",")})` });
      this.element.replaceChildren(...signs, make("span", { class: "mp-entry" }, [make("span", { text: by }), make("span", { class: "mp-number", text: number(low, 2) }), ramp, make("span", { class: "mp-number", text: number(high, 2) })]));
      return;
    }
    const used = new Set(points.category);
    const entries = [...points.categories.entries()].filter(([index]) => used.has(index));
    for (const [index, name] of entries) this.button(index, name, css(colours[index]));
    if (used.has(-1)) this.button(-1, say("other"), css(colours[colours.length - 1]));
    this.element.replaceChildren(...signs, ...this.buttons.values());
  }

  /**
   * @param {number} category
   * @param {string} name
   * @param {string} colour
   */
  button(category, name, colour) {
    const entry = this.entry(name, colour, 9);
    this.buttons.set(category, make("button", { type: "button", class: "mp-entry-button", "aria-pressed": "false", onclick: () => this.choose(category) }, [entry]));
  }

  /** @param {Set<number>} chosen categories that are filtered by */
  press(chosen) {
    for (const [category, button] of this.buttons) button.setAttribute("aria-pressed", String(chosen.has(category)));
  }

  /**
   * @param {string} text
   * @param {string} colour
   * @param {number} size in pixels
   */
  entry(text, colour, size) {
    return make("span", { class: "mp-entry" }, [make("span", { class: "mp-swatch", style: `background:${colour};width:${size}px;height:${size}px` }), make("span", { text })]);
  }

  /**
   * Title of a point, and whose state it is.
   *
   * @param {Points} points
   * @param {number} row
   */
  tell(points, row) {
    const title = points.titles[points.title[row]];
    if (!points.state[row]) return title;
    const whose = { user: points.users[points.user[row]], n: number(points.event[row] + 1) };
    return `${title} · ${say("atlas_whose", whose)}`;
  }
}
