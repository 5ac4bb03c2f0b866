/** Opening a gate, and accepting findings: what stays true, each warning with its own tick, why, and in whose name. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { ProgramRelease, type OverrideRequest, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { FindingLevel, type ProgramFinding } from "../../gen/rmos/type/v1/program_audit_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { toAccept } from "../../parts/audit_words.js";
import { ActDialog, person, Reason } from "../../parts/dialog.js";
import { levelWord, shapeOf } from "../../parts/level.js";
import { Note } from "../../parts/notes.js";
import { named, partName, t, tn, when } from "../../words/index.js";
import type { Refusal } from "./denied.js";
import { bindingFinding } from "./verdict.js";

export interface DialogProps {
  readonly run: Run;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface GateProps extends DialogProps {
  readonly onDenied: (refusal: Refusal) => void;
  /** The request that is answered. Absent: nobody asked. */
  readonly request?: OverrideRequest | undefined;
}

const LEAST_REASON = 10;
const MOST_REASON = 2000;
const tooShort = (reason: string): boolean => [...reason.trim()].length < LEAST_REASON;

const partOf = (run: Run): JSX.Element => (
  <>
    <bdi>{partName(run.design?.name)}</bdi> · <span class="code">{run.runId}</span>
  </>
);

function waiting(run: Run): ProgramFinding[] {
  const audit = run.programAudit;
  const waits = audit?.release === ProgramRelease.NEEDS_ACCEPTANCE || audit?.release === ProgramRelease.NOT_VERIFIABLE;
  return audit && waits ? toAccept(audit) : [];
}

export function GateDialog({ run, onDenied, request, onClose, onDone }: GateProps): JSX.Element {
  const [reason, setReason] = useState("");
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [acknowledged, setAcknowledged] = useState(false);
  const [accepted, setAccepted] = useState(false);
  const level = run.decision?.riskLevel ?? RiskLevel.UNSPECIFIED;
  const grave = level !== RiskLevel.YELLOW;
  const findings = waiting(run);
  const help = run.feasibility?.recommendations.find((one) => one.resultingRisk === RiskLevel.GREEN);
  const serial = run.linkage?.instrumentSerial;
  const write = async (key: string): Promise<void> => {
    const audit = run.programAudit;
    if (findings.length && !accepted && audit) {
      const about = { name: run.name, person: person(), reason, findingsSha256: audit.findingsSha256 };
      await runs.acceptFindings({ ...about, idempotencyKey: `${key}-findings` });
      setAccepted(true);
    }
    const asked = { name: run.name, person: person(), reason, riskLevel: level, riskAcknowledged: acknowledged, request: request?.name ?? "" };
    await runs.overrideRun({ ...asked, idempotencyKey: key });
    onDone();
  };
  const lacks =
    ticked.size < findings.length
      ? tn("warnings_not_ticked", findings.length - ticked.size)
      : grave && !acknowledged
        ? t("acknowledge_first")
        : tooShort(reason)
          ? t("reason_too_short", { least: LEAST_REASON })
          : "";
  return (
    <ActDialog
      title={serial ? t("open_gate_of_serial", { serial }) : t("open_gate_of_run")}
      under={partOf(run)}
      keep={t("keep_closed")}
      act={t("open_gate")}
      lacks={lacks}
      write={write}
      onClose={onClose}
      onDenied={(problem) => onDenied({ problem, reason, accepted })}
      grave={grave}
    >
      <Note kind={grave ? "bad" : "warn"} shape={shapeOf(level)}>
        <strong>{grave ? t("grave", { level: levelWord(level) }) : t("level_stays", { level: levelWord(level) })}</strong> {t("cut_all_the_same")}{" "}
        {named("category", run.feasibility?.bindingCategory ?? 0)}: <bdi lang="en">{bindingFinding(run)}</bdi>
      </Note>
      {help && (
        <Note>
          {t("without_opening")} <strong lang="en">{help.text}</strong> {t("would_be_green")}
        </Note>
      )}
      {accepted && (
        <Note kind="good" shape="green">
          {t("acceptance_recorded")}
        </Note>
      )}
      <Ticks run={run} findings={findings} ticked={ticked} onTick={setTicked} />
      {grave && (
        <label class="check">
          <input type="checkbox" checked={acknowledged} onChange={(event) => setAcknowledged(event.currentTarget.checked)} />
          {t("acknowledge", { level: levelWord(level) })}
        </label>
      )}
      <Reason label={t("why_cut")} hint={t("why_cut_hint")} most={MOST_REASON} value={reason} onInput={setReason} />
      <p class="small quiet">{t("no_undo")}</p>
      {request && (
        <dl class="facts">
          <dt>{t("asked_by")}</dt>
          <dd>
            <bdi>{request.person}</bdi>, {when(request.createTime)}: “<bdi>{request.reason}</bdi>”
          </dd>
        </dl>
      )}
    </ActDialog>
  );
}

interface TicksProps {
  readonly run: Run;
  readonly findings: readonly ProgramFinding[];
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (ticked: ReadonlySet<number>) => void;
}

/** Each finding with its own box; none is ticked beforehand. */
function Ticks({ run, findings, ticked, onTick }: TicksProps): JSX.Element | null {
  if (!findings.length) return null;
  const toggle = (index: number): void => {
    const next = new Set(ticked);
    if (!next.delete(index)) next.add(index);
    onTick(next);
  };
  return (
    <fieldset>
      <legend>{t("you_also_accept")}</legend>
      {findings.map((one, index) => (
        <label class="check" key={index}>
          <input type="checkbox" checked={ticked.has(index)} onChange={() => toggle(index)} />
          <span>
            {one.level === FindingLevel.NOT_VERIFIABLE && <strong>{t("audit.not_verifiable")}: </strong>}
            <bdi>{run.programAudit?.programs[one.programIndex]?.name}</bdi>: <bdi lang="en">{one.sentence}</bdi>
            {one.first?.line ? `, ${t("line", { line: one.first.line })}` : ""}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Accepting findings alone, where the gate needs nobody. */
export function AcceptDialog({ run, onClose, onDone }: DialogProps): JSX.Element {
  const [reason, setReason] = useState("");
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const findings = waiting(run);
  const lacks =
    ticked.size < findings.length
      ? tn("warnings_not_ticked", findings.length - ticked.size)
      : tooShort(reason)
        ? t("reason_too_short", { least: LEAST_REASON })
        : "";
  return (
    <ActDialog
      title={t("accept_title")}
      under={partOf(run)}
      keep={t("accept_nothing")}
      act={t("accept")}
      lacks={lacks}
      onClose={onClose}
      write={async (idempotencyKey) => {
        const findingsSha256 = run.programAudit?.findingsSha256 ?? "";
        await runs.acceptFindings({ name: run.name, person: person(), reason, findingsSha256, idempotencyKey });
        onDone();
      }}
    >
      <Note kind="warn" shape={findings.length ? "yellow" : "unknown"}>
        {findings.length ? t("accept_hint") : t("accept_unexamined_hint")}
      </Note>
      <Ticks run={run} findings={findings} ticked={ticked} onTick={setTicked} />
      <Reason label={t("why_accept")} hint={t("why_accept_hint")} most={MOST_REASON} value={reason} onInput={setReason} />
    </ActDialog>
  );
}
