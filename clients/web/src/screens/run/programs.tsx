/** The programs of a run in their order, what was found in them, and those they replaced. */
import type { JSX } from "preact";
import { RUNS } from "../../calls/session.js";
import {
  ProgramAuditSchema,
  ProgramRelease,
  type Attachment,
  type ProgramAudit,
  type ReplacedProgram,
  type Run,
} from "../../gen/rmos/runs/v1/run_pb.js";
import { FindingLevel, type ProgramFinding } from "../../gen/rmos/type/v1/program_audit_pb.js";
import { programWords, replacedWords, toAccept } from "../../parts/audit_words.js";
import { Icon } from "../../parts/icons.js";
import { LevelShape, Marked, type Shape } from "../../parts/level.js";
import { idOf, shortDigest } from "../../rules/ids.js";
import { measure, named, number, seconds, t, tn, when } from "../../words/index.js";
import { AttachmentDownload, offer } from "./download.js";
import type { Opened } from "./acts.js";
import { ActButton } from "./gate_acts.js";
import { Toolpath } from "./toolpath.js";

const SHAPES: Readonly<Record<number, Shape>> = {
  [FindingLevel.ERROR]: "red",
  [FindingLevel.NOT_VERIFIABLE]: "unknown",
  [FindingLevel.WARNING]: "yellow",
  [FindingLevel.INFORMATION]: "green",
};

export function Programs({ run, onOpen }: { run: Run; onOpen: (opened: Opened) => void }): JSX.Element {
  const audit = run.programAudit;
  const programs = audit?.programs ?? [];
  const now = new Set(programs.map((program) => program.sha256));
  const replaced = run.attachments.filter((one) => one.isProgram && !now.has(one.sha256));
  const waits = audit ? toAccept(audit).length : 0;
  const open = audit && [ProgramRelease.NEEDS_ACCEPTANCE, ProgramRelease.NOT_VERIFIABLE].includes(audit.release);
  return (
    <section class="card" aria-labelledby="programs">
      <header>
        <h2 id="programs">{t("programs")}</h2>
        <p class="small quiet">{programs.length ? t("programs_hint") : t("no_programs")}</p>
      </header>
      {programs.length + replaced.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("programs_caption")}>
          <table class="stackable">
            <caption class="hidden-text">{t("programs_caption")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("order")}</th>
                <th scope="col">{t("file")}</th>
                <th scope="col">{t("audit")}</th>
                <th scope="col" class="number">
                  {t("cut_time")}
                </th>
                <th scope="col" class="number">
                  {t("lowest_z")}
                </th>
              </tr>
            </thead>
            <tbody>
              {programs.map((program, index) => {
                const words = audit ? programWords(audit, index) : undefined;
                const measures = audit?.report?.programs.find((one) => one.programIndex === index);
                const attachment = run.attachments.find((one) => one.sha256 === program.sha256);
                return (
                  <tr key={program.sha256}>
                    <td class="phone-off">{index + 1}</td>
                    <th scope="row" class="full">
                      <bdi>{program.name}</bdi>
                      <div class="small quiet">
                        <span class="code">{shortDigest(program.sha256)}</span> · {tn("bytes", Number(program.sizeBytes))}
                        {attachment?.createTime && ` · ${when(attachment.createTime)}`}
                      </div>
                    </th>
                    <td class="full">{words && <Marked shape={words.shape}>{words.word}</Marked>}</td>
                    <td class="number" data-label={t("cut_time")}>
                      {cutTime(measures?.time)}
                    </td>
                    <td class="number" data-label={t("lowest_z")}>
                      {measure(measures?.reach?.z?.minMm, "mm", 3)}
                    </td>
                  </tr>
                );
              })}
              {replaced.map((one) => (
                <Replaced key={one.sha256} one={one} found={audit?.replaced.find((other) => other.program?.sha256 === one.sha256)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {programs.length > 0 && (
        <div class="card-in">
          <Toolpath name={run.name} programs={programs} />
        </div>
      )}
      {audit && (
        <div class="card-in">
          {audit.notAudited && (
            <p>
              {t("audit.not_examined")}: <bdi lang="en">{audit.notAudited}</bdi>
            </p>
          )}
          <ul class="list">
            {(audit.report?.findings ?? []).map((one, index) => (
              <Finding key={index} one={one} file={programs[one.programIndex]?.name ?? ""} />
            ))}
            {audit.replaced.flatMap((before) =>
              before.findings.map((one, index) => (
                <Finding key={`${before.program?.sha256} ${index}`} one={one} file={before.program?.name ?? ""} replaced />
              )),
            )}
          </ul>
          {audit.replaced.map(
            (before) =>
              before.leftOutCount > 0 && (
                <p key={before.program?.sha256} class="quiet">
                  <bdi>{before.program?.name}</bdi>, {t("replaced")}: {tn("findings_not_shown", before.leftOutCount)}
                </p>
              ),
          )}
          {audit.leftOutCount > 0 && <p class="quiet">{tn("findings_left_out", audit.leftOutCount)}</p>}
          <div class="btns">
            {open && (
              <ActButton
                method={`${RUNS}/AcceptFindings`}
                word={waits ? tn("accept_findings", waits) : t("accept_unexamined")}
                lacking={t("lacking.accept")}
                onPress={() => onOpen("accept")}
              />
            )}
            <ActButton method={`${RUNS}/AuditRunPrograms`} word={t("examine_again")} lacking={t("lacking.audit")} plain onPress={() => onOpen("audit")} />
            <button class="btn plain" type="button" onClick={() => void offerReport(audit, run.runId)}>
              <Icon name="download" />
              {t("audit_report")}
            </button>
          </div>
        </div>
      )}
    </section>
  );
}

function cutTime(time: { shortestS: number; longestS: number } | undefined): string {
  if (!time) return t("not_known");
  const [least, most] = [seconds(time.shortestS), seconds(time.longestS)];
  return least === most ? least : t("from_to", { least, most });
}

/** The audit as the server tells it, as a file. */
async function offerReport(audit: ProgramAudit, runId: string): Promise<void> {
  const { toJsonString } = await import("@bufbuild/protobuf");
  offer(new TextEncoder().encode(`${toJsonString(ProgramAuditSchema, audit, { prettySpaces: 2 })}\n`), `${runId}-audit.json`);
}

function Replaced({ one, found }: { one: Attachment; found: ReplacedProgram | undefined }): JSX.Element {
  const words = replacedWords(found);
  return (
    <tr>
      <td class="phone-off quiet">—</td>
      <th scope="row" class="full">
        <s>
          <bdi>{one.filename || idOf(one.name)}</bdi>
        </s>
        <div class="small quiet">
          <span class="code">{shortDigest(one.sha256)}</span> · {tn("bytes", Number(one.sizeBytes))} · {t("replaced")}
        </div>
        <AttachmentDownload attachment={one} />
      </th>
      <td>
        <Marked shape={words.shape}>{words.word}</Marked>
      </td>
      <td class="number quiet" data-label={t("cut_time")}>
        {cutTime(found?.measures?.time)}
      </td>
      <td class="number quiet" data-label={t("lowest_z")}>
        {measure(found?.measures?.reach?.z?.minMm, "mm", 3)}
      </td>
    </tr>
  );
}

/** One finding; it is never shortened or hidden. */
export function Finding({ one, file, replaced = false }: { one: ProgramFinding; file: string; replaced?: boolean }): JSX.Element {
  const value = one.worst?.value ?? one.first?.value;
  return (
    <li class="finding">
      <LevelShape shape={SHAPES[one.level] ?? "unknown"} />
      <div>
        <strong>
          {named("finding", one.level)}
          {replaced && `, ${t("replaced")}`}:
        </strong>{" "}
        <bdi lang="en">{one.sentence}</bdi>
      </div>
      <span class="number">
        {value !== undefined && one.limit !== undefined
          ? t("value_of_limit", { value: number(value), limit: measure(one.limit, one.unit) })
          : one.first?.line
            ? t("line", { line: one.first.line })
            : ""}
      </span>
      <span class="where">
        <bdi>{file}</bdi>
        {one.first?.line ? ` · ${t("line_first", { line: one.first.line })}` : ""}
        {one.count > 1 && `, ${tn("places", one.count)}`} · <span class="code">{one.code}</span>
        {one.first?.text && (
          <>
            {" · "}
            <bdi class="code">{one.first.text}</bdi>
          </>
        )}
      </span>
    </li>
  );
}
