// What a CAM tool does in a day: it watches, records a run, uploads a long program that breaks off and goes on, and reads
// what an error says.
//
//   node dist/examples/journey.js 127.0.0.1:50062 create_run.json program.nc
//
// It prints a line for each step. create_run.json is a CreateRunRequest.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

import { create, fromBinary, fromJsonString, toBinary } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { ErrorInfoSchema, RequestInfoSchema } from "../src/gen/google/rpc/error_details_pb.js";
import { AttachmentsService, UploadAttachmentRequestSchema, UploadHeaderSchema, type UploadHeader } from "../src/gen/rmos/runs/v1/attachments_service_pb.js";
import { CreateRunRequestSchema, RunsService } from "../src/gen/rmos/runs/v1/runs_service_pb.js";
import { AssessmentSchema } from "../src/gen/rmos/type/v1/feasibility_report_pb.js";
import { RiskLevel } from "../src/gen/rmos/type/v1/risk_pb.js";

const CHUNK_BYTES = 256 * 1024;
const [address, runFile, programFile] = process.argv.slice(2);
if (address === undefined || runFile === undefined || programFile === undefined) {
  throw new Error("usage: journey ADDRESS CREATE_RUN_JSON PROGRAM");
}
const transport = createGrpcTransport({ baseUrl: `http://${address}`, defaultTimeoutMs: 60_000 });

// watchAndRecord sees a run by the stream that was open before it was recorded.
async function watchAndRecord(runs: Client<typeof RunsService>, file: string): Promise<void> {
  const leaving = new AbortController();
  let opened = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const request = fromJsonString(CreateRunRequestSchema, readFileSync(file, "utf8"));
  const created = open.then(() => runs.createRun(request)); // once the stream is open nothing is missed
  for await (const seen of runs.watchRuns({}, { onHeader: () => opened(), signal: leaving.signal, timeoutMs: 0 })) {
    if (seen.run?.runId === (await created).run?.runId) {
      break;
    }
  }
  leaving.abort();
  const { run } = await created;
  const scores = (run?.feasibility?.assessments ?? []).map((assessment) => assessment.score);
  const absent = scores.filter((score) => score === undefined).length;
  const zero = scores.filter((score) => score === 0).length;
  console.log(`watched ${run?.runId} ${RiskLevel[run?.decision?.riskLevel ?? 0]}`);
  console.log(`scores ${scores.length - absent - zero} absent ${absent} zero ${zero}`);
}

// upload breaks off in the middle, asks what arrived, and goes on there.
async function upload(attachments: Client<typeof AttachmentsService>, file: string): Promise<void> {
  const data = readFileSync(file);
  const sha256 = createHash("sha256").update(data).digest("hex");
  const header = create(UploadHeaderSchema, { sha256, sizeBytes: BigInt(data.length), kind: "gcode", filename: "program.nc" });
  await attachments.uploadAttachment(messages(header, data.subarray(0, data.length / 2), true)).then(
    () => Promise.reject(new Error("a broken upload was answered")),
    () => undefined,
  );
  header.offsetBytes = await committed(attachments, sha256);
  const { attachment } = await attachments.uploadAttachment(messages(header, data.subarray(Number(header.offsetBytes)), false));
  console.log(`went on ${header.offsetBytes > 0n} stored ${attachment?.sizeBytes} ${attachment?.sha256}`);
}

async function* messages(header: UploadHeader, data: Buffer, breaksOff: boolean) {
  yield create(UploadAttachmentRequestSchema, { payload: { case: "header", value: header } });
  for (let start = 0; start < data.length; start += CHUNK_BYTES) {
    yield create(UploadAttachmentRequestSchema, { payload: { case: "chunk", value: data.subarray(start, start + CHUNK_BYTES) } });
  }
  if (breaksOff) {
    throw new ConnectError("the cable was pulled", Code.Canceled);
  }
}

// committed is what the server keeps of a broken upload, once it has noticed that it broke.
async function committed(attachments: Client<typeof AttachmentsService>, sha256: string): Promise<bigint> {
  let last = 0n;
  for (let look = 0; look < 100; look++) {
    const { missing } = await attachments.findMissingAttachments({ sha256: [sha256] });
    const kept = missing[0]?.committedSizeBytes ?? 0n;
    if (kept > 0n && kept === last) {
      return kept;
    }
    last = kept;
    await pause(100);
  }
  return last;
}

// readAnError decodes what an error says with the standard types.
async function readAnError(runs: Client<typeof RunsService>): Promise<void> {
  const error = await runs.getRun({ name: "runs/run_ffffffffffff" }).then(
    () => Promise.reject(new Error("a run that is not there was found")),
    (reason: unknown) => ConnectError.from(reason),
  );
  console.log(`${Code[error.code]} ${error.findDetails(ErrorInfoSchema)[0]?.reason}`);
  console.log(`request id ${(error.findDetails(RequestInfoSchema)[0]?.requestId ?? "") !== ""}`);
}

// readANewerServer keeps a level that this program does not know.
function readANewerServer(): void {
  const sent = toBinary(AssessmentSchema, create(AssessmentSchema, { risk: 99 as RiskLevel }));
  console.log(`unknown level ${fromBinary(AssessmentSchema, sent).risk}`);
}

const runs = createClient(RunsService, transport);
await watchAndRecord(runs, runFile);
await upload(createClient(AttachmentsService, transport), programFile);
await readAnError(runs);
readANewerServer();
