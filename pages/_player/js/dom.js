// Elements made by hand: text goes in as text, never as markup.

/** An element with attributes (`text`, `on...` handlers and `class` among them) and children. */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Set text only where it differs: writing equal text would still cost a layout. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Fit a canvas to its box at the screen's resolution; returns its size in CSS pixels. */
export function fit(canvas, width, height) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2); // beyond 2 nobody sees the difference
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return ratio;
}

/** Text cut to a width, with an ellipsis. */
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
