// The component of the atlas: it waits for the points that it is told to show, and hands them to the workplace.

/** @import { AtlasData, Component } from "./types.js" */

import { unpack } from "./payload.js";
import { whenHere } from "./store.js";
import { speak } from "./words.js";
import { Workplace } from "./workplace.js";

/** @type {WeakMap<HTMLElement, Workplace>} */
const MOUNTED = new WeakMap();

/**
 * @param {Component<AtlasData>} call
 * @returns {() => void}
 */
export default function mount({ data, parentElement, setStateValue }) {
  const atlas = MOUNTED.get(parentElement) ?? new Workplace(parentElement);
  MOUNTED.set(parentElement, atlas);
  atlas.tell = (name, told) => setStateValue(name, { points: data.points, ...told });
  follow(atlas, data);
  return () => {
    MOUNTED.delete(parentElement);
    atlas.destroy();
  };
}

/**
 * @param {Workplace} atlas
 * @param {AtlasData} data
 */
async function follow(atlas, data) {
  const wanted = JSON.stringify([data.points, data.texts.lang]);
  if (atlas.wanted === wanted) return;
  atlas.wanted = wanted;
  const bytes = await whenHere(data.points);
  if (atlas.wanted !== wanted) return; // other points were asked for meanwhile
  speak(data.texts);
  atlas.load(unpack(bytes), data);
}
