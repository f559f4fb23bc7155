// The component: waits for its blocks of data, then mounts a player and follows the step that Python sets.

import { unpack } from "./payload.js";
import { Player } from "./player.js";
import { whenHere } from "./store.js";
import { speak } from "./words.js";

const MOUNTED = new WeakMap();

export default function mount({ data, parentElement, setStateValue }) {
  let player = MOUNTED.get(parentElement);
  if (!player) {
    player = new Player(parentElement, () => {});
    MOUNTED.set(parentElement, player);
  }
  player.tell = (step, ended = false) => {
    player.pending = [...(player.pending ?? []), step];
    player.count = (player.count ?? 0) + 1; // else a step that is told again would not count as news
    setStateValue("rest", { step, ended, replay: data.replay, count: player.count });
  };
  follow(player, data);
  return () => {
    MOUNTED.delete(parentElement);
    player.destroy();
  };
}

async function follow(player, data) {
  const wanted = JSON.stringify([data.replay, data.backdrop, data.texts.lang, data.tour]);
  const onItsWay = player.wanted === wanted && player.loaded !== wanted;
  player.wanted = wanted;
  player.data = data;
  if (player.loaded === wanted) {
    player.annotate(data.notes);
    player.point(data.highlight);
    return obey(player, data.step);
  }
  if (onItsWay) return undefined; // the call before this one waits for the same blocks, and will take these data
  const [replay, backdrop] = await Promise.all([data.replay, data.backdrop].map((hash) => hash && whenHere(hash)));
  if (player.wanted !== wanted) return undefined; // another user was chosen meanwhile
  const newest = player.data;
  speak(newest.texts);
  player.pending = [];
  player.asked = newest.step;
  player.load(unpack(replay), backdrop ? unpack(backdrop) : null, newest);
  player.loaded = wanted;
  return player.point(newest.highlight);
}

/** Go to the step that Python asks for, unless it only echoes what the player itself has told. */
function obey(player, step) {
  const echo = player.pending.indexOf(step);
  if (echo >= 0) player.pending = player.pending.slice(echo + 1);
  else if (step !== player.asked && step !== player.clock?.step) {
    player.act("jump", step);
    player.told = player.clock.step; // Python knows already
    clearTimeout(player.resting);
  }
  player.asked = step;
}
