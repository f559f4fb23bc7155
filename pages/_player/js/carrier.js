// The component that brings one block of data and draws nothing.

import { keep, release } from "./store.js";
import { unpack } from "./payload.js";

export default function carry({ data, key, parentElement }) {
  const element = parentElement.closest('[data-testid="stElementContainer"]');
  if (element) element.style.display = "none"; // else an empty line would stand above the player
  if (data) keep(key, unpack(data).hash, data);
  return () => release(key);
}
