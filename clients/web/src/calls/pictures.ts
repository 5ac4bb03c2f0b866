/** Pictures as blobs whose digest was checked; at most four are asked for at once. */
import { runs } from "./clients.js";
import { sha256 } from "../rules/ids.js";

const AT_ONCE = 4;
const KEPT = 300;
const kept = new Map<string, Promise<string | undefined>>();
const queue: Array<() => void> = [];
let running = 0;

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((next) => queue.push(next));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

/** An address for bytes; undefined where they are not what the digest says. */
export async function checkedPicture(bytes: Uint8Array, digest: string, mime: string): Promise<string | undefined> {
  const copy = new Uint8Array(bytes);
  return (await sha256(copy)) === digest ? URL.createObjectURL(new Blob([copy], { type: mime })) : undefined;
}

/** Drawing of a run; undefined where there is nothing to draw. */
export function runPicture(name: string, documentSha256: string, sizePx: number): Promise<string | undefined> {
  const key = `${documentSha256}/${sizePx}`;
  const before = kept.get(key);
  if (before) return before;
  const asked = inTurn(async () => {
    try {
      const answer = await runs.renderRunPreview({ name, mime: "image/png", sizePx });
      return await checkedPicture(answer.content, answer.sha256, "image/png");
    } catch {
      return undefined;
    }
  });
  kept.set(key, asked);
  if (kept.size > KEPT) {
    const [oldest, url] = kept.entries().next().value as [string, Promise<string | undefined>];
    kept.delete(oldest);
    void url.then((address) => address && URL.revokeObjectURL(address));
  }
  return asked;
}
