import assert from "node:assert/strict";
import test from "node:test";

import { fromBase64, unpack } from "../../../core/player/page/js/payload.js";

/** A block made by hand: length of the header, header, arrays at multiples of 8 bytes. */
function block(values, arrays) {
  const places = {};
  let at = 512;
  for (const [name, { array, shape, dtype }] of Object.entries(arrays)) {
    places[name] = { dtype, shape, at };
    at += Math.ceil(array.byteLength / 8) * 8;
  }
  const bytes = new Uint8Array(at).fill(32, 4, 512);
  new DataView(bytes.buffer).setUint32(0, 508, true);
  bytes.set(new TextEncoder().encode(JSON.stringify({ ...values, arrays: places })), 4);
  for (const [name, { array }] of Object.entries(arrays)) bytes.set(new Uint8Array(array.buffer), places[name].at);
  return bytes;
}

test("a block comes back with its values, arrays and shapes", () => {
  const xy = { array: Float32Array.of(1.5, -2, 3, 4), shape: [2, 2], dtype: "float32" };
  const kind = { array: Int16Array.of(-1, 7, 9), shape: [3], dtype: "int16" };
  const read = unpack(block({ user: "Ünï 😀", steps: 2 }, { xy, kind }));
  assert.deepEqual([read.user, read.steps], ["Ünï 😀", 2]);
  assert.deepEqual([...read.xy, ...read.kind], [1.5, -2, 3, 4, -1, 7, 9]);
  assert.deepEqual(read.shapes, { xy: [2, 2], kind: [3] });
});

test("a block inside a larger buffer is read at its own start", () => {
  const inner = block({ n: 1 }, { time: { array: Float64Array.of(1e12), shape: [1], dtype: "float64" } });
  const outer = new Uint8Array(inner.length + 3);
  outer.set(inner, 3);
  assert.equal(unpack(outer.subarray(3)).time[0], 1e12);
});

test("base64 gives every byte", () => {
  assert.deepEqual([...fromBase64("AP8Qgg==")], [0, 255, 16, 130]);
});
