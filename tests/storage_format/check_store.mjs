// Reads a run store from docs/storage-format.md alone and checks it: node check_store.mjs vectors.json | node
// check_store.mjs RUNS_DIR ATTACHMENTS_DIR. Prints a line per fault and a summary; exits with 1 if anything is wrong.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const faults = [];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

function expect(where, what, actual, expected) {
  if (actual !== expected) faults.push(`${where}: ${what}: ${actual} instead of ${expected}`);
}

function checkVectors(path) {
  const vectors = JSON.parse(readFileSync(path, "utf8"));
  for (const { name, value, bytes, digest } of vectors) {
    expect(name, "bytes", canonical(value), bytes);
    expect(name, "digest", sha256(Buffer.from(bytes)), digest);
  }
  return `${vectors.length} vectors`;
}

function checkStore(runsDir, attachmentsDir) {
  const chains = new Map();
  for (const day of readdirSync(runsDir).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name))) {
    for (const file of readdirSync(join(runsDir, day))) readRecord(join(runsDir, day, file), day, chains);
  }
  const blobs = new Set();
  for (const records of chains.values()) checkChain(records, blobs);
  for (const digest of blobs) {
    const path = join(attachmentsDir, digest.slice(0, 2), digest.slice(2, 4), digest);
    if (!existsSync(path)) faults.push(`${digest}: no bytes`);
    else expect(digest, "digest", sha256(readFileSync(path)), digest);
  }
  const records = [...chains.values()].reduce((sum, chain) => sum + chain.length, 0);
  const runs = [...chains.keys()].filter((subject) => subject.startsWith("run_")).length;
  return `${runs} runs, ${records} records, ${blobs.size} attachments`;
}

function readRecord(path, day, chains) {
  const bytes = readFileSync(path);
  const document = JSON.parse(bytes.toString("utf8"));
  expect(path, "canonical form", canonical(document), bytes.toString("utf8"));
  const subject = document.run_id ?? document.subject_id;
  if (!named(basename(path), subject, document)) faults.push(`${path}: is not the name of ${subject}`);
  if (!chains.has(subject)) chains.set(subject, []);
  chains.get(subject).push({ path, day, digest: sha256(bytes), document, ordinal: document.ordinal ?? 0 });
}

// A run stands under its id, a version under its number, an amendment under the run's id and an id of its own.
function named(file, subject, { schema, kind, ordinal, subject_id: versioned }) {
  if (schema.startsWith("rmos.run/")) return file === `${subject}.json`;
  if (versioned) return file === `${subject}_${kind}_${String(ordinal).padStart(6, "0")}.json`;
  return file.startsWith(`${subject}_`);
}

function checkChain(records, blobs) {
  records.sort((left, right) => left.ordinal - right.ordinal);
  const withdrawn = records.some(({ document }) => document.kind === "tombstone");
  records.forEach(({ path, day, document, ordinal }, place) => {
    expect(path, "place in the chain", ordinal, place);
    expect(path, "day", day, records[0].document.created_at_utc?.slice(0, 10));
    if (document.schema.startsWith("rmos.run/")) checkRun(path, document);
    else if (place === 0) expect(path, "previous digest", document.previous_sha256, "");
    else expect(path, "previous digest", document.previous_sha256, records[place - 1].digest);
    if (document.body) {
      expect(path, "payload", document.payload_sha256, sha256(canonical({ body: document.body, kind: document.kind })));
    }
    for (const { sha256: digest } of document.attachment ? [document.attachment] : (document.attachments ?? [])) {
      if (!withdrawn) blobs.add(digest);
    }
  });
}

function checkRun(path, { hashes, feasibility, inputs, outputs }) {
  if (feasibility !== null || hashes.feasibility_sha256) {
    expect(path, "feasibility", sha256(canonical(feasibility)), hashes.feasibility_sha256);
  }
  expect(path, "request", sha256(canonical(inputs)), hashes.request_sha256);
  if (outputs?.gcode_text) expect(path, "program", sha256(outputs.gcode_text), hashes.gcode_sha256);
}

const [first, second] = process.argv.slice(2);
const summary = second === undefined ? checkVectors(first) : checkStore(first, second);
faults.forEach((fault) => console.log(fault));
console.log(`${summary}, ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
