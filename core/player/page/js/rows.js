// Which points were picked, as they travel to Python: few by their numbers, many as a bit for each point.

const FEW = 10_000; // numbers of seven letters are as long as the bits of half a million points

/**
 * @param {number[]} rows
 * @param {number} points how many there are
 * @returns {{ rows: number[] } | { bits: string }} bits in base64, the first point the lowest of the first byte
 */
export function carried(rows, points) {
  if (rows.length <= FEW) return { rows };
  const bits = new Uint8Array(Math.ceil(points / 8));
  for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
  let text = "";
  for (let at = 0; at < bits.length; at += 0x8000) text += String.fromCharCode(...bits.subarray(at, at + 0x8000));
  return { bits: btoa(text) };
}
