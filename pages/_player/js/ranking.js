// The ten items recommended at a step: rows that move to their new rank, the true next event marked.

import { make, setText } from "./dom.js";
import { number, say } from "./words.js";

const ROW = 28; // pixels
const LONGEST = 60; // letters of a title in a sentence

/** Items of the list at a step, best first. */
export function listAt(replay, step) {
  const length = replay.shapes.list_item[1];
  return [...replay.list_item.subarray(step * length, (step + 1) * length)].filter((item) => item >= 0);
}

export class Ranking {
  constructor() {
    this.rows = new Map(); // by item
    this.spare = [];
    this.title = make("h2", { class: "mp-heading" });
    this.list = make("div", { class: "mp-list", role: "list", "data-testid": "recommendations" });
    this.empty = make("p", { class: "mp-note", "data-testid": "list-empty" });
    this.next = make("p", { class: "mp-note mp-next", "data-testid": "next-event" });
    this.element = make("section", { class: "mp-panel mp-ranking" }, [
      make("div", { class: "mp-panel-head" }, [this.title]), this.empty, this.list, this.next,
    ]);
  }

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

  /** Show a step; ranks move against the step before. `glide`: rows may slide to their place. */
  draw(replay, step, scene, glide) {
    const items = listAt(replay, step);
    const before = new Map(step > 0 ? listAt(replay, step - 1).map((item, rank) => [item, rank]) : []);
    const truth = step + 1 < replay.steps ? replay.item[step + 1] : -1;
    this.list.classList.toggle("mp-glide", glide);
    for (const item of [...this.rows.keys()]) if (!items.includes(item)) this.retire(item);
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

  enter(item, replay) {
    const row = this.spare.pop() ?? makeRow();
    setText(row.title, replay.titles[item]);
    row.element.title = replay.titles[item];
    row.element.dataset.item = replay.ids[item];
    this.rows.set(item, row);
    this.list.append(row.element);
    return row;
  }

  /** Best first also for those who hear the list; `moveBefore` lets a row slide on. */
  order(items) {
    const { list } = this;
    let place = list.firstElementChild;
    for (const item of items) {
      const { element } = this.rows.get(item);
      if (element === place) place = place.nextElementSibling;
      else if (list.moveBefore) list.moveBefore(element, place);
      else list.insertBefore(element, place);
    }
  }

  retire(item) {
    const row = this.rows.get(item);
    this.rows.delete(item);
    row.element.remove();
    this.spare.push(row);
  }

  fill(row, { rank, score, was, first, hit }) {
    const [low, high] = this.bounds;
    row.element.dataset.rank = rank + 1;
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

  nextText(replay, step) {
    if (step + 1 >= replay.steps) return say("next_none");
    const rank = replay.next_rank[step];
    const values = { title: shortened(replay.titles[replay.item[step + 1]]), rank: number(rank), items: number(replay.n_items) };
    if (rank <= 0) return say("next_unranked", values);
    return say("next_ranked", { ...values, score: number(replay.next_score[step], 2) });
  }
}

function colourOf(item, replay, scene) {
  const category = replay.item_category[item];
  return category < 0 ? scene.theme.other : scene.lanes[category].colour;
}

/** A title that leaves the lists below it where they are. */
function shortened(title) {
  const letters = [...title];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : title;
}

/** How a rank changed: text and kind (`up`, `down`, `new`, `same`). */
function move(rank, was, first) {
  if (first) return ["", "same"];
  if (was === undefined) return [say("move_new"), "new"];
  if (was === rank) return ["–", "same"];
  return was > rank ? [`▲${number(was - rank)}`, "up"] : [`▼${number(rank - was)}`, "down"];
}

function makeRow() {
  const row = {
    rank: make("span", { class: "mp-rank mp-number" }),
    title: make("span", { class: "mp-row-title" }),
    hit: make("span", { class: "mp-hit-mark" }),
    move: make("span", { class: "mp-move mp-number" }),
    score: make("span", { class: "mp-score mp-number" }),
    bar: make("span", { class: "mp-bar" }),
  };
  const track = make("span", { class: "mp-track" }, [row.bar]);
  row.element = make("div", { class: "mp-row", role: "listitem" }, [row.rank, row.move, row.title, row.hit, track, row.score]);
  return row;
}

/** Lowest and highest score of all lists, so that bars can be compared between steps. */
function scoreBounds(replay) {
  let [low, high] = [Infinity, -Infinity];
  replay.list_score.forEach((score, i) => {
    if (replay.list_item[i] < 0) return;
    low = Math.min(low, score);
    high = Math.max(high, score);
  });
  if (!Number.isFinite(low)) return [0, 1];
  return high > low ? [low, high] : [low - 1, low];
}
