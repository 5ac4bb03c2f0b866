/** Bytes of a run: gathered, checked against their digest, and only then offered. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { part, problemOf, type Problem } from "../../calls/problem.js";
import type { Attachment } from "../../gen/rmos/runs/v1/run_pb.js";
import { Icon } from "../../parts/icons.js";
import { Note, ProblemNote } from "../../parts/notes.js";
import { sha256 } from "../../rules/ids.js";
import { t } from "../../words/index.js";

interface Declared {
  readonly filename: string;
  readonly sizeBytes: bigint;
  readonly sha256: string;
}
type Message = { payload: { case: "header"; value: Declared } | { case: "chunk"; value: Uint8Array } | { case: undefined } };

/** Offer a file under a name; it is never opened as a document. */
export function offer(bytes: Uint8Array<ArrayBuffer>, filename: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Everything of a stream; false where size or digest are not those of its header. */
export async function gather(stream: AsyncIterable<Message>): Promise<{ bytes: Uint8Array<ArrayBuffer>; filename: string } | false> {
  let declared: Declared | undefined;
  const chunks: Uint8Array[] = [];
  for await (const { payload } of stream) {
    if (payload.case === "header") declared = payload.value;
    if (payload.case === "chunk") chunks.push(payload.value);
  }
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (!declared || BigInt(bytes.length) !== declared.sizeBytes || (await sha256(bytes)) !== declared.sha256) return false;
  return { bytes, filename: declared.filename };
}

/** A button that gathers a stream and offers the file. */
export function Download({ word, ask }: { word: string; ask: () => AsyncIterable<Message> | Promise<AsyncIterable<Message>> }): JSX.Element {
  const busy = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const wrong = useSignal(false);
  const fetch = async (): Promise<void> => {
    busy.value = true;
    problem.value = undefined;
    wrong.value = false;
    try {
      const got = await gather(await ask());
      if (got) offer(got.bytes, got.filename || "rmos.bin");
      else wrong.value = true;
    } catch (thrown) {
      problem.value = problemOf(thrown);
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <button class="btn plain" type="button" disabled={busy.value} onClick={() => void fetch()}>
        <Icon name="download" />
        {busy.value ? t("gathering") : word}
      </button>
      {wrong.value && (
        <Note kind="bad" shape="error" alert>
          {t("wrong_bytes")}
        </Note>
      )}
      {problem.value && <ProblemNote problem={problem.value} />}
    </>
  );
}

export function AttachmentDownload({ attachment }: { attachment: Attachment }): JSX.Element {
  const ask = async (): Promise<AsyncIterable<Message>> => {
    const { attachments } = await part(import("../../calls/attachments.js"));
    return attachments.downloadAttachment({ name: attachment.name }, { timeoutMs: 120_000 });
  };
  return <Download word={t("download")} ask={ask} />;
}
