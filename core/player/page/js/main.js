// The component: waits for its blocks of data, then mounts a player and follows the step that Python sets.

/** @import { Component, PlayerData } from "./types.js" */

import { unpack } from "./payload.js";
import { Player } from "./player.js";
import { whenHere } from "./store.js";
import { bring } from "./travel.js";
import { speak } from "./words.js";

/** A player in its place on the page, and its conversation with Python. */
class Mounted {
  wanted = ""; // which blocks and words Python asks for
  loaded = ""; // and which the player has
  /** @type {PlayerData | undefined} */
  data; // the newest
  /** @type {number[]} */
  pending = []; // steps told, whose echo is on its way
  count = 0; // of steps told
  asked = -1; // the step that Python asked for last

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.player = new Player(parent, () => {});
  }
}

/** @type {WeakMap<HTMLElement, Mounted>} */
const MOUNTED = new WeakMap();

/**
 * @param {Component<PlayerData>} call
 * @returns {() => void}
 */
export default function mount({ data, parentElement, setStateValue }) {
  const mounted = MOUNTED.get(parentElement) ?? new Mounted(parentElement);
  MOUNTED.set(parentElement, mounted);
  mounted.player.tell = (step, ended = false) => {
    mounted.pending = [...mounted.pending, step];
    mounted.count += 1; // else a step that is told again would not count as news
    setStateValue("rest", { step, ended, replay: data.replay, count: mounted.count });
  };
  follow(mounted, data);
  return () => {
    MOUNTED.delete(parentElement);
    mounted.player.destroy();
  };
}

/**
 * @param {Mounted} mounted
 * @param {PlayerData} data
 */
async function follow(mounted, data) {
  const { player } = mounted;
  const wanted = JSON.stringify([data.replay, data.backdrop, data.texts.lang]);
  const onItsWay = mounted.wanted === wanted && mounted.loaded !== wanted;
  mounted.wanted = wanted;
  mounted.data = data;
  if (mounted.loaded === wanted) {
    player.annotate(data);
    player.point(data.highlight);
    player.story = data.story ?? null;
    return obey(mounted, data.step);
  }
  if (onItsWay) return undefined; // the call before this one waits for the same blocks, and will take these data
  const [replay, backdrop] = await Promise.all([whenHere(data.replay), data.backdrop ? whenHere(data.backdrop) : null]);
  if (mounted.wanted !== wanted) return undefined; // another user was chosen meanwhile
  const newest = mounted.data;
  speak(newest.texts);
  mounted.pending = [];
  mounted.asked = newest.step;
  player.load(unpack(replay), backdrop ? unpack(backdrop) : null, newest);
  mounted.loaded = wanted;
  return player.point(newest.highlight);
}

/**
 * Go to the step that Python asks for, unless it only echoes what the player itself has told.
 *
 * @param {Mounted} mounted
 * @param {number} step
 */
function obey(mounted, step) {
  const { player } = mounted;
  const echo = mounted.pending.indexOf(step);
  if (echo >= 0) mounted.pending = mounted.pending.slice(echo + 1);
  else if (step !== mounted.asked && step !== player.clock.step) {
    bring(player, step);
  }
  mounted.asked = step;
}
