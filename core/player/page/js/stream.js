// The interest mix so far, as a streamgraph: thickness of a colour is its share, of the whole how much is known.

/** @import { Pen, Replay, Shape, TimelineScene } from "./types.js" */

/**
 * Paint the whole stream; what lies ahead of the playhead is shown faint by the caller.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 * @param {boolean} strong
 */
export function paintStream(context, { shape, places, replay, lanes }, strong) {
  const count = replay.categories.length;
  if (!count || !shape.stream.h || replay.steps < 2) return;
  const middle = shape.stream.y + shape.stream.h / 2;
  const steps = thin(replay.steps, shape);
  const tops = edges(replay, steps, shape.stream.h, middle);
  context.globalAlpha = strong ? 0.92 : 0.22;
  for (let index = 0; index < count; index += 1) {
    context.fillStyle = lanes[index].colour;
    context.beginPath();
    steps.forEach((step, i) => context.lineTo(shape.x(places[step]), tops[index][i]));
    for (let i = steps.length - 1; i >= 0; i -= 1) context.lineTo(shape.x(places[steps[i]]), tops[index + 1][i]);
    context.closePath();
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * At most two steps a pixel: more cannot be seen.
 *
 * @param {number} steps
 * @param {Pick<Shape, "left" | "right">} shape
 */
export function thin(steps, shape) {
  const stride = Math.max(1, Math.floor(steps / (2 * (shape.right - shape.left))));
  const kept = [];
  for (let step = 0; step < steps; step += stride) kept.push(step);
  if (kept[kept.length - 1] !== steps - 1) kept.push(steps - 1);
  return kept;
}

/**
 * Upper edge of each category at each step, and the lower edge of the last.
 *
 * @param {Pick<Replay, "categories" | "half_life" | "mix">} replay
 * @param {number[]} steps those to tell of
 * @param {number} height of the whole stream, in pixels
 * @param {number} middle
 */
export function edges(replay, steps, height, middle) {
  const count = replay.categories.length;
  const tops = Array.from({ length: count + 1 }, () => new Float32Array(steps.length));
  steps.forEach((step, i) => {
    const known = 1 - 2 ** (-(step + 1) / replay.half_life);
    let total = 0;
    for (let index = 0; index < count; index += 1) total += replay.mix[step * count + index];
    let y = middle - (height * known * total) / 2;
    for (let index = 0; index <= count; index += 1) {
      tops[index][i] = y;
      if (index < count) y += height * known * replay.mix[step * count + index];
    }
  });
  return tops;
}
