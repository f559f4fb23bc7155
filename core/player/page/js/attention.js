// What the model looks back on at a step: arcs over the timeline, and a list of the strongest.

/** @import { Look, Pen, Replay, Scene, TimelineScene } from "./types.js" */

import { make, setText } from "./dom.js";
import { number, percent, say } from "./words.js";

const LISTED = 5;

/**
 * Arcs from the current event to those looked back on, thicker where more weight lies.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 * @param {Look[]} found
 * @param {number} place of the current event, 0 to 1
 */
export function paintArcs(context, { shape, places, lanes, of }, found, place) {
  const base = shape.arcs.y + shape.arcs.h;
  const now = shape.x(place);
  const strongest = Math.max(...found.map(({ weight }) => weight), 1e-6);
  context.lineCap = "round";
  for (const { event, weight } of found) {
    const then = shape.x(places[event]);
    const height = Math.min(shape.arcs.h - 6, 10 + 3.4 * Math.sqrt(Math.abs(now - then)));
    context.strokeStyle = lanes[of[event]].colour;
    context.globalAlpha = 0.25 + 0.7 * (weight / strongest);
    context.lineWidth = 0.8 + 4.2 * (weight / strongest);
    context.beginPath();
    context.moveTo(now, base);
    context.bezierCurveTo(now, base - 1.33 * height, then, base - 1.33 * height, then, base);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The list beside the map: title, how long ago, and a bar of the weight. */
export class AttentionList {
  /** @param {(view: number) => void} onView */
  constructor(onView) {
    this.picker = make("select", { class: "mp-select", "data-testid": "attention-view", onchange: () => onView(Number(this.picker.value)) });
    this.rows = Array.from({ length: LISTED }, () => makeRow());
    this.note = make("p", { class: "mp-note" });
    const list = make("ol", { class: "mp-looks", "data-testid": "attention" }, this.rows.map((row) => row.element));
    this.title = make("h2", { class: "mp-heading" });
    this.element = make("section", { class: "mp-panel mp-attention" }, [
      make("div", { class: "mp-panel-head" }, [this.title, this.picker]), list, this.note,
    ]);
  }

  /** @param {Replay} replay */
  load(replay) {
    setText(this.title, say("attention"));
    this.title.title = say("attention_hint");
    this.picker.setAttribute("aria-label", say("attention_view"));
    const views = [say("attention_mean")];
    for (let layer = 1; layer <= replay.layers; layer += 1) {
      for (let head = 1; head <= replay.heads; head += 1) views.push(say("attention_head", { layer, head }));
    }
    const shown = views.slice(0, replay.shapes.attention_index[0]);
    this.picker.replaceChildren(...shown.map((text, value) => make("option", { value, text })));
    this.picker.hidden = shown.length < 2;
  }

  /**
   * @param {Replay} replay
   * @param {Look[]} found
   * @param {number} step
   * @param {Scene} scene
   */
  draw(replay, found, step, scene) {
    this.rows.forEach((row, k) => {
      row.element.hidden = k >= found.length;
      if (k >= found.length) return;
      const { event, weight } = found[k];
      setText(row.title, replay.titles[replay.item[event]]);
      setText(row.ago, event === step ? say("this_event") : say("events_ago", { n: number(step - event) }));
      setText(row.share, percent(weight));
      row.bar.style.transform = `scaleX(${weight})`;
      row.bar.style.backgroundColor = scene.lanes[scene.of[event]].colour;
    });
    setText(this.note, found.length ? "" : say("attention_none"));
  }
}

function makeRow() {
  const title = make("span", { class: "mp-looks-title" });
  const ago = make("span", { class: "mp-looks-ago" });
  const share = make("span", { class: "mp-number" });
  const bar = make("span", { class: "mp-bar" });
  const element = make("li", { class: "mp-looks-row" }, [title, ago, share, make("span", { class: "mp-track" }, [bar])]);
  return { title, ago, share, bar, element };
}
