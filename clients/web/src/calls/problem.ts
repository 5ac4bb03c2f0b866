/** What went wrong in a call, in the page's words, with what the server said as plain text. */
import { Code, ConnectError } from "@connectrpc/connect";
import { BinaryReader } from "@bufbuild/protobuf/wire";

export interface FieldError {
  readonly field: string;
  readonly text: string;
}

export class Problem extends Error {
  constructor(
    readonly code: Code,
    /** ErrorInfo.reason; empty where the answer has none. */
    readonly reason: string,
    /** The server's sentence. */
    readonly sentence: string,
    readonly fields: readonly FieldError[],
    readonly requestId: string,
    /** ErrorInfo.metadata. */
    readonly metadata: Readonly<Record<string, string>> = {},
    /** After what time it may be tried again. [s] */
    readonly retryAfterS?: number,
  ) {
    super(sentence);
  }

  /** True only where the code proves that nothing was recorded. */
  get nothingRecorded(): boolean {
    return [
      Code.InvalidArgument,
      Code.FailedPrecondition,
      Code.PermissionDenied,
      Code.Aborted, // another writer was first
      Code.NotFound,
      Code.Unauthenticated,
    ].includes(this.code);
  }

  get damaged(): boolean {
    return this.code === Code.DataLoss;
  }

  get loggedOut(): boolean {
    return this.code === Code.Unauthenticated;
  }

  get denied(): boolean {
    return this.code === Code.PermissionDenied;
  }

  get missing(): boolean {
    return this.code === Code.NotFound;
  }

  get stopped(): boolean {
    return this.code === Code.Canceled;
  }
}

/** A problem from whatever was thrown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = ConnectError.from(thrown);
  const read = readDetails(error);
  const id = read.requestId || error.metadata.get("x-request-id") || "";
  return new Problem(error.code, read.reason, error.rawMessage, read.fields, id, read.metadata, read.retryAfterS);
}

/** A part of the page that comes when it is needed; a server that was replaced meanwhile has it no longer. */
export async function part<T>(coming: Promise<T>): Promise<T> {
  return coming.catch(() => {
    throw new Problem(Code.Unavailable, "PART_NOT_LOADED", "", [], "");
  });
}

interface Details {
  reason: string;
  requestId: string;
  fields: FieldError[];
  metadata: Record<string, string>;
  retryAfterS: number | undefined;
}

/** google.rpc.ErrorInfo, RequestInfo, RetryInfo, BadRequest and PreconditionFailure, of which the contract ships no stubs. */
function readDetails(error: ConnectError): Details {
  const found: Details = { reason: "", requestId: "", fields: [], metadata: {}, retryAfterS: undefined };
  for (const detail of error.details) {
    if (!("type" in detail)) continue;
    const value = detail.value as Uint8Array;
    if (detail.type === "google.rpc.ErrorInfo") {
      found.reason = texts(value)[1] ?? "";
      for (const entry of messages(value, 3)) found.metadata[texts(entry)[1] ?? ""] = texts(entry)[2] ?? "";
    }
    if (detail.type === "google.rpc.RetryInfo") for (const delay of messages(value)) found.retryAfterS = Math.ceil(seconds(delay));
    if (detail.type === "google.rpc.RequestInfo") found.requestId = texts(value)[1] ?? "";
    if (detail.type === "google.rpc.BadRequest")
      for (const part of messages(value)) found.fields.push({ field: texts(part)[1] ?? "", text: texts(part)[2] ?? "" });
    if (detail.type === "google.rpc.PreconditionFailure")
      for (const part of messages(value)) found.fields.push({ field: texts(part)[2] ?? "", text: texts(part)[3] ?? "" });
  }
  return found;
}

/** The bytes of every field of a number. */
function messages(value: Uint8Array, number = 1): Uint8Array[] {
  const reader = new BinaryReader(value);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === number && wire === 2) found.push(reader.bytes());
    else reader.skip(wire);
  }
  return found;
}

/** A google.protobuf.Duration. [s] */
function seconds(value: Uint8Array): number {
  const reader = new BinaryReader(value);
  let found = 0;
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    found += Number(reader.int64()) / (field === 1 ? 1 : 1e9);
  }
  return found;
}

/** Length-delimited fields as texts, by number. */
function texts(value: Uint8Array): Record<number, string> {
  const reader = new BinaryReader(value);
  const decoder = new TextDecoder();
  const found: Record<number, string> = {};
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === 2) found[field] = decoder.decode(reader.bytes());
    else reader.skip(wire);
  }
  return found;
}
