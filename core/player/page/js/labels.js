// Names of clusters on the map: the largest first, none over another, none cut off at an edge.

/** @import { Cluster, Mapping, Pen, Theme } from "./types.js" */
/** @typedef {{ text: string, x: number, y: number, width: number }} Label x is where it begins, y its middle */

import { cut } from "./dom.js";

const HIGH = 18; // pixels of a line
const EDGE = 4;
const WIDEST = 200;
const TRIES = [0, -HIGH, HIGH]; // beside its place, where that is taken

/**
 * Where names go: at the middle of their cluster while that is in view, moved in from an edge, left out where others are.
 *
 * @param {Cluster[]} clusters the largest first
 * @param {Mapping} mapping
 * @param {{ width: number, height: number }} box
 * @param {(text: string) => [text: string, width: number]} measure cuts a text and tells how wide it is
 */
export function layLabels(clusters, { scale, dx, dy }, { width, height }, measure) {
  /** @type {Label[]} */
  const laid = [];
  for (const { name, x, y } of clusters) {
    const [middle, level] = [x * scale + dx, dy - y * scale];
    if (!name || middle < 0 || middle > width || level < 0 || level > height) continue;
    const [text, wide] = measure(name);
    const left = Math.max(EDGE, Math.min(width - wide - EDGE, middle - wide / 2));
    const spot = TRIES.map((by) => ({ text, x: left, y: inside(level + by, height), width: wide })).find((label) => isFree(label, laid));
    if (spot && wide <= width - 2 * EDGE) laid.push(spot);
  }
  return laid;
}

/**
 * @param {number} level
 * @param {number} height
 */
function inside(level, height) {
  return Math.max(EDGE + HIGH / 2, Math.min(height - EDGE - HIGH / 2, level));
}

/**
 * @param {Label} label
 * @param {Label[]} laid
 */
function isFree(label, laid) {
  return laid.every((other) => Math.abs(other.y - label.y) >= HIGH || label.x > other.x + other.width + 6 || other.x > label.x + label.width + 6);
}

/**
 * Draw the names that fit, each with a halo.
 *
 * @param {Pen} context
 * @param {Cluster[]} clusters
 * @param {Mapping} mapping
 * @param {{ width: number, height: number }} box
 * @param {Theme} theme
 */
export function drawLabels(context, clusters, mapping, box, theme) {
  context.font = `600 13px ${theme.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 4;
  const widest = Math.min(WIDEST, box.width - 4 * EDGE);
  /** @type {(text: string) => [string, number]} */
  const measure = (text) => {
    const fitting = cut(context, text, widest);
    return [fitting, context.measureText(fitting).width];
  };
  for (const { text, x, y } of layLabels(clusters, mapping, box, measure)) {
    context.strokeStyle = theme.background;
    context.strokeText(text, x, y);
    context.fillStyle = theme.text;
    context.fillText(text, x, y);
  }
}
