// The ten items recommended at a step: rows that move to their new rank, the true next event marked.

/** @import { Replay, Scene } from "./types.js" */

/** @typedef {ReturnType<typeof makeRow>} Row */
/** @typedef {{ rank: number, score: number, was: number | undefined, first: boolean, hit: boolean }} Place */

import { make, setText } from "./dom.js";
import { listAt, scoreBounds, shortened } from "./lists.js";
import { number, say } from "./words.js";

const ROW = 28; // pixels

export class Ranking {
  bounds = [0, 1]; // lowest and highest score

  constructor() {
    /** @type {Map<number, Row>} */
    this.rows = new Map(); // by item
    /** @type {Row[]} */
    this.spare = [];
    this.title = make("h2", { class: "mp-heading" });
    this.list = make("div", { class: "mp-list", role: "list", "data-testid": "recommendations" });
    this.empty = make("p", { class: "mp-note", "data-testid": "list-empty" });
    this.next = make("p", { class: "mp-note mp-next", "data-testid": "next-event" });
    this.element = make("section", { class: "mp-panel mp-ranking" }, [
      make("div", { class: "mp-panel-head" }, [this.title]), this.empty, this.list, this.next,
    ]);
  }

  /** @param {Replay} replay */
  load(replay) {
    setText(this.title, say("ranking"));
    this.title.title = say("ranking_hint");
    this.list.setAttribute("aria-label", say("ranking"));
    this.list.replaceChildren();
    this.rows.clear();
    this.spare = [];
    this.list.style.height = `${ROW * replay.shapes.list_item[1]}px`;
    this.bounds = scoreBounds(replay);
  }

  /**
   * Show a step; ranks move against the step before. `glide`: rows may slide to their place.
   *
   * @param {Replay} replay
   * @param {number} step
   * @param {Scene} scene
   * @param {boolean} glide
   */
  draw(replay, step, scene, glide) {
    const items = listAt(replay, step);
    const before = new Map(step > 0 ? listAt(replay, step - 1).map((item, rank) => [item, rank]) : []);
    const truth = step + 1 < replay.steps ? replay.item[step + 1] : -1;
    this.list.classList.toggle("mp-glide", glide);
    for (const [item, row] of [...this.rows]) if (!items.includes(item)) this.retire(item, row);
    items.forEach((item, rank) => {
      const row = this.rows.get(item) ?? this.enter(item, replay);
      const score = replay.list_score[step * replay.shapes.list_item[1] + rank];
      this.fill(row, { rank, score, was: before.get(item), first: step === 0, hit: item === truth });
      row.bar.style.backgroundColor = colourOf(item, replay, scene);
    });
    this.order(items);
    setText(this.empty, items.length ? "" : say("ranking_empty"));
    setText(this.next, this.nextText(replay, step));
  }

  /**
   * @param {number} item
   * @param {Replay} replay
   */
  enter(item, replay) {
    const row = this.spare.pop() ?? makeRow();
    setText(row.title, replay.titles[item]);
    row.element.title = replay.titles[item];
    row.element.dataset.item = replay.ids[item];
    this.rows.set(item, row);
    this.list.append(row.element);
    return row;
  }

  /**
   * Best first also for those who hear the list; `moveBefore` lets a row slide on.
   *
   * @param {number[]} items
   */
  order(items) {
    const { list } = this;
    let place = list.firstElementChild;
    for (const item of items) {
      const element = this.rows.get(item)?.element;
      if (!element) continue;
      if (element === place) place = place.nextElementSibling;
      else if (list.moveBefore) list.moveBefore(element, place);
      else list.insertBefore(element, place);
    }
  }

  /**
   * @param {number} item
   * @param {Row} row
   */
  retire(item, row) {
    this.rows.delete(item);
    row.element.remove();
    this.spare.push(row);
  }

  /**
   * @param {Row} row
   * @param {Place} place
   */
  fill(row, { rank, score, was, first, hit }) {
    const [low, high] = this.bounds;
    row.element.dataset.rank = String(rank + 1);
    row.element.style.transform = `translateY(${rank * ROW}px)`;
    row.element.classList.toggle("mp-hit", hit);
    setText(row.rank, number(rank + 1));
    setText(row.score, number(score, 2));
    row.bar.style.transform = `scaleX(${Math.max(0.02, (score - low) / (high - low))})`;
    const [text, kind] = move(rank, was, first);
    setText(row.move, text);
    row.move.dataset.kind = kind;
    setText(row.hit, hit ? say("next_mark") : "");
  }

  /**
   * @param {Replay} replay
   * @param {number} step
   */
  nextText(replay, step) {
    if (step + 1 >= replay.steps) return say("next_none");
    const rank = replay.next_rank[step];
    const values = { title: shortened(replay.titles[replay.item[step + 1]]), rank: number(rank), items: number(replay.n_items) };
    if (rank <= 0) return say("next_unranked", values);
    return say("next_ranked", { ...values, score: number(replay.next_score[step], 2) });
  }
}

/**
 * @param {number} item
 * @param {Replay} replay
 * @param {Scene} scene
 */
function colourOf(item, replay, scene) {
  const category = replay.item_category[item];
  return category < 0 ? scene.theme.other : scene.lanes[category].colour;
}

/**
 * How a rank changed: text and kind (`up`, `down`, `new`, `same`).
 *
 * @param {number} rank
 * @param {number | undefined} was undefined if it was not in the list
 * @param {boolean} first whether this is the first list
 * @returns {[text: string, kind: string]}
 */
export function move(rank, was, first) {
  if (first) return ["", "same"];
  if (was === undefined) return [say("move_new"), "new"];
  if (was === rank) return ["–", "same"];
  return was > rank ? [`▲${number(was - rank)}`, "up"] : [`▼${number(rank - was)}`, "down"];
}

function makeRow() {
  const cells = {
    rank: make("span", { class: "mp-rank mp-number" }),
    title: make("span", { class: "mp-row-title" }),
    hit: make("span", { class: "mp-hit-mark" }),
    move: make("span", { class: "mp-move mp-number" }),
    score: make("span", { class: "mp-score mp-number" }),
    bar: make("span", { class: "mp-bar" }),
  };
  const { rank, title, hit, move: moved, score, bar } = cells;
  const track = make("span", { class: "mp-track" }, [bar]);
  return { ...cells, element: make("div", { class: "mp-row", role: "listitem" }, [rank, moved, title, hit, track, score]) };
}
