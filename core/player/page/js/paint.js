// Colours of the page's theme, read from its CSS variables, and of categories, sent by Python.

/** @import { Colour, Palette, Pen, Theme } from "./types.js" */

import { pen } from "./dom.js";

/** @type {Pen | null} */
let sample = null; // one pixel, in which any colour becomes three numbers

/**
 * Colours for canvases under `element`; `palette` has a colour per category name for light and dark.
 *
 * @param {Element} element
 * @param {Palette} palette
 * @returns {Theme}
 */
export function readTheme(element, palette) {
  const style = getComputedStyle(element);
  /** @type {(name: string, fallback: string) => string} */
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = read("--st-background-color", "#ffffff");
  const dark = luminance(background) < 0.35;
  const colours = dark ? palette.dark : palette.light;
  return {
    dark,
    background,
    text: read("--st-text-color", dark ? "#f0f2f6" : "#262730"),
    primary: read("--mp-accent", "#0072b2"),
    muted: dark ? "#a3a8b4" : "#5c6270",
    line: dark ? "#3a3f4b" : "#d9dce3",
    other: dark ? "#8d93a1" : "#8a909d",
    font: style.fontFamily || "sans-serif",
    category: (name) => (Object.hasOwn(colours, name) ? colours[name] : dark ? "#8d93a1" : "#8a909d"),
  };
}

/**
 * How light a colour is, 0 to 1.
 *
 * @param {string} colour
 */
export function luminance(colour) {
  const [red, green, blue] = channels(colour);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/**
 * Red, green and blue of any CSS colour, 0 to 255.
 *
 * @param {string} colour
 * @returns {Colour}
 */
export function channels(colour) {
  sample ??= pen(new OffscreenCanvas(1, 1), { willReadFrequently: true });
  sample.fillStyle = "#000";
  sample.fillStyle = colour;
  sample.fillRect(0, 0, 1, 1);
  return [...sample.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/**
 * The colour at a place of a scale.
 *
 * @param {Colour[]} scale
 * @param {number} place 0 to 1
 */
export function between(scale, place) {
  const at = Math.min(scale.length - 2, Math.floor(place * (scale.length - 1)));
  const way = place * (scale.length - 1) - at;
  return scale[at].map((channel, index) => Math.round(channel + (scale[at + 1][index] - channel) * way));
}

/**
 * Call back whenever the theme under `probe` changes: its colour has a transition, and transitions end.
 *
 * @param {Element} probe
 * @param {() => void} callback
 */
export function onThemeChange(probe, callback) {
  probe.addEventListener("transitionend", callback);
  return () => probe.removeEventListener("transitionend", callback);
}
