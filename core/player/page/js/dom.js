// Elements made by hand: text goes in as text, never as markup.

/** @import { Canvas, Pen } from "./types.js" */

/** @typedef {string | number | boolean | null | undefined | ((event: Event) => void)} Attribute */

/**
 * An element with attributes (`text`, `on...` handlers and `class` among them) and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = String(value ?? "");
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Set text only where it differs: writing equal text would still cost a layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * What draws on a canvas.
 *
 * @param {Canvas} canvas
 * @param {CanvasRenderingContext2DSettings} settings
 * @returns {Pen}
 */
export function pen(canvas, settings = {}) {
  // To the checker one kind of canvas stands for both: a call of either's overloads has no type.
  const context = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d", settings);
  if (!context) throw new Error("This browser has no 2D canvas left for the player; close other tabs and load again.");
  return context;
}

/**
 * Fit a canvas to its box at the screen's resolution; returns how many of its pixels make one of CSS.
 *
 * @param {Canvas} canvas
 * @param {number} width in CSS pixels
 * @param {number} height in CSS pixels
 * @param {number} zoom how many times larger all is drawn; width and height are those before
 */
export function fit(canvas, width, height, zoom = 1) {
  const ratio = zoom * Math.min(globalThis.devicePixelRatio || 1, 2); // beyond 2 nobody sees the difference
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  pen(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
  return ratio;
}

/**
 * Text cut to a width, with an ellipsis.
 *
 * @param {Pick<Pen, "measureText">} context
 * @param {string} text
 * @param {number} width in CSS pixels
 */
export function cut(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const letters = [...text]; // by code point, so that no emoji is halved
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${letters.slice(0, middle).join("")}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${letters.slice(0, low).join("")}…` : "";
}
