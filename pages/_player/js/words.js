// Words, numbers and dates in the reader's language. All words come from Python.

let words = {};
let language = "en";
let formats = new Map(); // formatters are dear to make and cheap to use

function formatter(Kind, style) {
  const key = Kind.name + JSON.stringify(style);
  if (!formats.has(key)) formats.set(key, new Kind(language, style));
  return formats.get(key);
}

/** Take the words of one language, `lang` among them. */
export function speak(texts) {
  words = texts;
  language = texts.lang ?? "en";
  formats = new Map();
}

/** A text by its key, `{name}` filled in from `values`. */
export function say(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function number(value, digits = 0) {
  return formatter(Intl.NumberFormat, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

export function percent(share) {
  return formatter(Intl.NumberFormat, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** A day, or day and time of day; logs are in UTC. */
export function date(milliseconds, withTime = false) {
  const style = withTime ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium" };
  return formatter(Intl.DateTimeFormat, { ...style, timeZone: "UTC" }).format(milliseconds);
}

const SPANS = [
  ["year", 31557600e3],
  ["month", 2629800e3],
  ["day", 86400e3],
  ["hour", 3600e3],
  ["minute", 60e3],
];

/** A length of time in its largest whole unit, such as `3 months`. */
export function span(milliseconds, unitDisplay = "long") {
  const [unit, size] = SPANS.find(([, length]) => milliseconds >= length) ?? ["second", 1e3];
  const style = { style: "unit", unit, unitDisplay, maximumFractionDigits: 0 };
  return formatter(Intl.NumberFormat, style).format(milliseconds / size);
}
