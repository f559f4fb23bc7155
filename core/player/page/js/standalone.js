// A page without a server: its blocks stand in the page itself.

/** @import { Moment, Texts } from "./types.js" */

import { fromBase64, unpack } from "./payload.js";
import { Player } from "./player.js";
import { speak } from "./words.js";

export default function open() {
  /** @type {Moment & { replay: string, backdrop: string | null, texts: Texts }} */
  const data = JSON.parse(document.getElementById("meander-data")?.textContent ?? "");
  speak(data.texts);
  document.documentElement.lang = data.texts.lang ?? "en";
  const player = new Player(document.getElementById("meander") ?? document.body, () => {});
  const backdrop = data.backdrop ? unpack(fromBase64(data.backdrop)) : null;
  player.load(unpack(fromBase64(data.replay)), backdrop, data);
  return player;
}
