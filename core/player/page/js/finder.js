// Finds text in titles, users and categories, whatever the case and accents: one long text, searched at once.

/** @import { Points } from "./types.js" */

/** Texts one after another, and where each begins. */
/** @typedef {{ joined: string, starts: Int32Array }} Shelf */

/**
 * Text without case and accents.
 *
 * @param {string} text
 */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * @param {string[]} texts
 * @returns {Shelf}
 */
export function shelve(texts) {
  const joined = plain(texts.map((text) => text.replace(/\n/g, " ")).join("\n"));
  const starts = new Int32Array(texts.length + 1);
  for (let index = 1; index < texts.length; index += 1) starts[index] = joined.indexOf("\n", starts[index - 1]) + 1;
  starts[texts.length] = joined.length + 1;
  return { joined, starts };
}

/**
 * Mark the texts in which some letters stand; of each text one place is enough.
 *
 * @param {Shelf} shelf
 * @param {string} letters as `plain` gives them
 */
export function marked({ joined, starts }, letters) {
  const found = new Uint8Array(starts.length - 1);
  let [index, at] = [0, letters ? joined.indexOf(letters) : -1];
  while (at >= 0 && index < found.length) {
    while (starts[index + 1] <= at) index += 1;
    found[index] = 1;
    at = joined.indexOf(letters, starts[index + 1]);
  }
  return found;
}

export class Finder {
  /** @type {Shelf[] | null} titles, users, categories */
  shelves = null;

  /** @param {Points} points */
  constructor(points) {
    this.points = points;
  }

  /** Put the texts in order, before the first letter is typed. */
  prepare() {
    const { titles, users, categories } = this.points;
    this.shelves ??= [titles, users, categories].map(shelve);
    return this.shelves;
  }

  /**
   * The points whose title, user or category has these letters: 1 for each of them, and how many.
   *
   * @param {string} letters
   */
  find(letters) {
    const { title, user, category } = this.points;
    const wanted = plain(letters.trim().replace(/\n/g, " "));
    const [byTitle, byUser, byCategory] = this.prepare().map((shelf) => marked(shelf, wanted));
    const hits = new Uint8Array(title.length);
    let count = 0;
    for (let row = 0; row < hits.length; row += 1) {
      if (!(byTitle[title[row]] || byUser[user[row]] || byCategory[category[row]])) continue;
      hits[row] = 1;
      count += 1;
    }
    return { hits, count };
  }
}
