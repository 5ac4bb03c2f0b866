/** SHA-256 of a file, read in the browser and not uploaded. */
import { sha256 } from "./ids.js";

const MOST_BYTES = 64 * 1024 * 1024;

/** Undefined for a file that is too large to be hashed here. */
export async function fileDigest(file: File): Promise<string | undefined> {
  if (file.size > MOST_BYTES) return undefined;
  const bytes = new Uint8Array(file.size);
  let at = 0;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes.set(value, at);
    at += value.length;
  }
  return sha256(bytes);
}
