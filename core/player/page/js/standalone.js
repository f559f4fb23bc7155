// A page without a server: its blocks stand in the page itself. It opens as a presentation of one history after another.

/** @import { Happened, Note, Palette, Replay, Telling, Texts } from "./types.js" */

import { fromBase64, unpack } from "./payload.js";
import { Player } from "./player.js";
import { speak } from "./words.js";

/** @typedef {{ replay: string, notes: Note[], markers: Happened[], story: Telling | null, step: number }} Role */

export default function open() {
  /** @type {{ cast: Role[], backdrop: string | null, palette: Palette, texts: Texts }} */
  const data = JSON.parse(document.getElementById("meander-data")?.textContent ?? "");
  speak(data.texts);
  document.documentElement.lang = data.texts.lang ?? "en";
  const player = new Player(document.getElementById("meander") ?? document.body, () => {});
  const backdrop = data.backdrop ? unpack(fromBase64(data.backdrop)) : null;
  /** @type {Replay[]} */
  const replays = data.cast.map(({ replay }) => unpack(fromBase64(replay)));
  const show = (/** @type {number} */ place) => {
    const { notes, markers, story, step } = data.cast[place];
    const then = replays[place + 1]?.user ?? "";
    player.tell = (_, ended = false) => { if (ended && then) show(place + 1); };
    player.load(replays[place], backdrop, { palette: data.palette, step, notes, markers, story, present: { chapter: 1, then } });
  };
  show(0);
  return player;
}
