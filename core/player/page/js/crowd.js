// Users on the map over time: a place at the end of each period, and the way between two of them.

/**
 * Where users are at a moment between periods, as x and y; NaN before a user's first event.
 *
 * @param {Float32Array} xy of each period and user
 * @param {number} users
 * @param {number} time from 0, the first period, to the last
 * @param {Float32Array} places filled in
 */
export function crowdAt(xy, users, time, places) {
  const last = xy.length / (2 * users) - 1;
  const period = Math.max(0, Math.min(last, Math.floor(time)));
  const way = Math.max(0, Math.min(1, time - period));
  const from = 2 * users * period;
  const to = 2 * users * Math.min(last, period + 1);
  for (let at = 0; at < 2 * users; at += 1) places[at] = xy[from + at] + (xy[to + at] - xy[from + at]) * way;
  if (way > 0) for (let at = 0; at < 2 * users; at += 1) if (xy[to + at] !== xy[to + at]) places[at] = xy[from + at];
  return places;
}

/**
 * Paint users as squares that cover what lies under them; those who do not pass stand back.
 *
 * @param {Uint32Array} pixels of a canvas with nothing on it
 * @param {number} width of a line
 * @param {Float32Array} places
 * @param {(user: number) => number} inkOf a packed colour
 * @param {import("./types.js").Mapping & { side: number }} mapping to pixels
 */
export function paintCrowd(pixels, width, places, inkOf, { scale, dx, dy, side }) {
  const height = pixels.length / width;
  for (let user = 0; 2 * user < places.length; user += 1) {
    const [x, y] = [Math.round(places[2 * user] * scale + dx - side / 2), Math.round(dy - places[2 * user + 1] * scale - side / 2)];
    if (!(x >= 0 && y >= 0 && x + side <= width && y + side <= height)) continue;
    const ink = inkOf(user);
    for (let line = 0, start = y * width + x; line < side; line += 1, start += width) {
      for (let pixel = start; pixel < start + side; pixel += 1) pixels[pixel] = ink;
    }
  }
}

/**
 * The moment after some time of playing.
 *
 * @param {number} time
 * @param {number} last
 * @param {number} periods that went by
 * @returns {[time: number, playing: boolean]}
 */
export function played(time, last, periods) {
  const next = Math.min(last, time + periods);
  return [next, next < last];
}
