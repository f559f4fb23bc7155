// Colours of the page's theme, read from its CSS variables, and of categories, sent by Python.

/** Colours for canvases under `element`; `palette` has a colour per category name for light and dark. */
export function readTheme(element, palette) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = read("--st-background-color", "#ffffff");
  const dark = luminance(background) < 0.35;
  const colours = dark ? palette.dark : palette.light;
  return {
    dark,
    background,
    text: read("--st-text-color", dark ? "#f0f2f6" : "#262730"),
    primary: read("--mp-accent", "#0072b2"),
    muted: dark ? "#a3a8b4" : "#5c6270",
    line: dark ? "#3a3f4b" : "#d9dce3",
    other: dark ? "#8d93a1" : "#8a909d",
    font: style.fontFamily || "sans-serif",
    category: (name) => (Object.hasOwn(colours, name) ? colours[name] : dark ? "#8d93a1" : "#8a909d"),
  };
}

function luminance(colour) {
  const [red, green, blue] = channels(colour);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** Red, green and blue of any CSS colour, 0 to 255. */
export function channels(colour) {
  const context = channels.context ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#000";
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Call back whenever the theme under `probe` changes: its colour has a transition, and transitions end. */
export function onThemeChange(probe, callback) {
  probe.addEventListener("transitionend", callback);
  return () => probe.removeEventListener("transitionend", callback);
}
