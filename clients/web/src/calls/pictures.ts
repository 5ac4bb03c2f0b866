/** Pictures as blobs whose digest was checked; at most four are asked for at once. */
import { Kept } from "./kept.js";
import type { ProgramView } from "../gen/rmos/runs/v1/runs_service_pb.js";
import { runs } from "./clients.js";
import { problemOf } from "./problem.js";
import { sha256 } from "../rules/ids.js";

const AT_ONCE = 4;
const KEPT = 300;
const kept = new Kept<string | undefined>(KEPT, (address) => address);
const queue: Array<() => void> = [];
let running = 0;

/** Do something when fewer than four others like it are going on. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else await new Promise<void>((next) => queue.push(next)); // whoever ends hands its turn on
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}

/** An address for bytes; undefined where they are not what the digest says. */
export async function checkedPicture(bytes: Uint8Array, digest: string, mime: string): Promise<string | undefined> {
  const copy = new Uint8Array(bytes);
  return (await sha256(copy)) === digest ? URL.createObjectURL(new Blob([copy], { type: mime })) : undefined;
}

const PNG = "image/png";

interface Answer {
  readonly content: Uint8Array;
  readonly sha256: string;
}

/** An address for a picture that a call gives; undefined where it is not what its digest says. */
function keep(key: string, ask: () => Promise<Answer>): Promise<string | undefined> {
  return kept.get(key, 1, () =>
    inTurn(async () => {
      const answer = await ask();
      return checkedPicture(answer.content, answer.sha256, PNG);
    }),
  );
}

/** Drawing of a run; undefined where there is nothing to draw. */
export function runPicture(name: string, documentSha256: string, sizePx: number): Promise<string | undefined> {
  return keep(`${documentSha256}/${sizePx}`, () => runs.renderRunPreview({ name, mime: PNG, sizePx })).catch(() => undefined);
}

/** What became of the drawing of a program. */
export interface Drawn {
  /** Address for an image; undefined where there is none. */
  readonly address: string | undefined;
  /** Why there is none, as the server says it. */
  readonly sentence: string;
}

/** Path of the programs of a run, or of one of them; `programs` says which they are, so that others are asked for anew. */
export async function toolpath(name: string, programs: string, sha256: string, view: ProgramView, sizePx: number): Promise<Drawn> {
  try {
    const ask = (): Promise<Answer> => runs.renderRunProgram({ name, sha256, view, mime: PNG, sizePx });
    return { address: await keep(`${name}/${programs}/${sha256}/${view}/${sizePx}`, ask), sentence: "" };
  } catch (thrown) {
    return { address: undefined, sentence: problemOf(thrown).sentence };
  }
}
