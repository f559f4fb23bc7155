// Words, numbers and dates in the reader's language. All words come from Python.

/** @import { Texts } from "./types.js" */

/** @type {Texts} */
let words = {};
let language = "en";
/** @type {Map<string, Intl.NumberFormat | Intl.DateTimeFormat>} */
let formats = new Map(); // formatters are dear to make and cheap to use

/**
 * The formatter of a kind and style, made once.
 *
 * @template {Intl.NumberFormat | Intl.DateTimeFormat} F
 * @template S
 * @param {new (language: string, style: S) => F} Kind
 * @param {S} style
 * @returns {F}
 */
function formatter(Kind, style) {
  const key = Kind.name + JSON.stringify(style);
  const made = formats.get(key) ?? new Kind(language, style);
  formats.set(key, made);
  return /** @type {F} */ (made);
}

/**
 * Take the words of one language, `lang` among them.
 *
 * @param {Texts} texts
 */
export function speak(texts) {
  words = texts;
  language = texts.lang ?? "en";
  formats = new Map();
}

/**
 * A text by its key, `{name}` filled in from `values`.
 *
 * @param {string} key
 * @param {Record<string, string | number>} values
 */
export function say(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * @param {number} value
 * @param {number} digits after the point
 */
export function number(value, digits = 0) {
  return formatter(Intl.NumberFormat, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return formatter(Intl.NumberFormat, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/**
 * A day, or day and time of day; logs are in UTC.
 *
 * @param {number} milliseconds since 1970
 * @param {boolean} withTime
 */
export function date(milliseconds, withTime = false) {
  /** @type {Intl.DateTimeFormatOptions} */
  const style = withTime ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium" };
  return formatter(Intl.DateTimeFormat, { ...style, timeZone: "UTC" }).format(milliseconds);
}

/** @type {[string, number][]} */
const SPANS = [
  ["year", 31557600e3],
  ["month", 2629800e3],
  ["day", 86400e3],
  ["hour", 3600e3],
  ["minute", 60e3],
];

/**
 * A length of time in its largest whole unit, such as `3 months`.
 *
 * @param {number} milliseconds
 * @param {Intl.NumberFormatOptions["unitDisplay"]} unitDisplay
 */
export function span(milliseconds, unitDisplay = "long") {
  const [unit, size] = SPANS.find(([, length]) => milliseconds >= length) ?? ["second", 1e3];
  /** @type {Intl.NumberFormatOptions} */
  const style = { style: "unit", unit, unitDisplay, maximumFractionDigits: 0 };
  return formatter(Intl.NumberFormat, style).format(milliseconds / size);
}
