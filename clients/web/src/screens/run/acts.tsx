/** The dialogs of a run: each records one thing in somebody's name. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { ExecutionStep, OverrideRequestState, type OverrideRequest, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { ReplayRunResponse } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { ActDialog, Dialog, Field, person, Reason } from "../../parts/dialog.js";
import { Level } from "../../parts/level.js";
import { Note } from "../../parts/notes.js";
import { go } from "../../parts/route.js";
import { named, t } from "../../words/index.js";
import type { Refusal } from "./denied.js";
import { AcceptDialog, GateDialog, type DialogProps } from "./gate_dialog.js";

export type Opened = "gate" | "ask" | "accept" | "audit" | "note" | "replay" | "hold" | { readonly step: ExecutionStep };

interface ActsProps extends DialogProps {
  readonly opened: Opened;
  readonly onDenied: (refusal: Refusal) => void;
}

export function Acts({ opened, onDenied, ...rest }: ActsProps): JSX.Element {
  if (typeof opened === "object") return <StepDialog {...rest} step={opened.step} />;
  if (opened === "gate") return <GateDialog {...rest} onDenied={onDenied} request={waitingRequest(rest.run)} />;
  if (opened === "ask") return <AskDialog {...rest} />;
  if (opened === "accept") return <AcceptDialog {...rest} />;
  if (opened === "audit") return <AuditDialog {...rest} />;
  if (opened === "note") return <NoteDialog {...rest} />;
  if (opened === "hold") return <HoldDialog {...rest} />;
  return <ReplayDialog {...rest} />;
}

/** The request that waits for an answer. Absent: none does. */
export const waitingRequest = (run: Run): OverrideRequest | undefined =>
  run.overrideRequests.find((one) => one.state === OverrideRequestState.WAITING);

function AskDialog({ run, onClose, onDone }: DialogProps): JSX.Element {
  const [reason, setReason] = useState("");
  const riskLevel = run.decision?.riskLevel ?? 0;
  return (
    <ActDialog
      title={t("ask_title")}
      keep={t("cancel")}
      act={t("ask_for_it")}
      lacks={[...reason.trim()].length < 10 ? t("reason_too_short", { least: 10 }) : ""}
      onClose={onClose}
      write={async (idempotencyKey) => {
        await runs.requestOverride({ name: run.name, person: person(), reason, riskLevel, idempotencyKey });
        onDone();
      }}
    >
      <p>{t("ask_hint")}</p>
      <Reason label={t("why_open")} hint={t("why_accept_hint")} most={2000} value={reason} onInput={setReason} />
    </ActDialog>
  );
}

function NoteDialog({ run, onClose, onDone }: DialogProps): JSX.Element {
  const [note, setNote] = useState("");
  return (
    <ActDialog
      title={t("note_title")}
      keep={t("cancel")}
      act={t("record_note")}
      lacks={note.trim() ? "" : t("note_missing")}
      onClose={onClose}
      write={async (idempotencyKey) => {
        await runs.annotateRun({ name: run.name, person: person(), note, idempotencyKey });
        onDone();
      }}
    >
      <Reason label={t("note")} hint={t("note_hint")} most={2000} value={note} onInput={setNote} />
    </ActDialog>
  );
}

function AuditDialog({ run, onClose, onDone }: DialogProps): JSX.Element {
  return (
    <ActDialog
      title={t("audit_title")}
      keep={t("cancel")}
      act={t("examine_again")}
      onClose={onClose}
      write={async () => {
        await runs.auditRunPrograms({ name: run.name }, { timeoutMs: 120_000 });
        onDone();
      }}
    >
      <p>{t("audit_hint")}</p>
    </ActDialog>
  );
}

function HoldDialog({ run, onClose, onDone }: DialogProps): JSX.Element {
  const [reason, setReason] = useState("");
  const held = run.legalHold?.held !== true;
  return (
    <ActDialog
      title={held ? t("hold_title") : t("release_hold_title")}
      keep={t("cancel")}
      act={held ? t("hold") : t("release_hold")}
      lacks={[...reason.trim()].length < 6 ? t("reason_too_short", { least: 6 }) : ""}
      onClose={onClose}
      write={async (idempotencyKey) => {
        await runs.setLegalHold({ name: run.name, held, person: person(), reason, idempotencyKey });
        onDone();
      }}
    >
      <p>{t("hold_hint")}</p>
      <Reason label={t("why")} hint={t("why_hold_hint")} most={500} value={reason} onInput={setReason} />
    </ActDialog>
  );
}

/** A step at the machine; where something went wrong a note says what. */
export function StepDialog({ run, step, onClose, onDone }: DialogProps & { step: ExecutionStep }): JSX.Element {
  const [note, setNote] = useState("");
  const [serial, setSerial] = useState("");
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const bad = step === ExecutionStep.ABORTED || step === ExecutionStep.SCRAPPED;
  if (warnings.length) return <Warnings warnings={warnings} onClose={onDone} />;
  return (
    <ActDialog
      title={t("step_title", { step: named("step", step) })}
      keep={t("cancel")}
      act={named("record_step", step)}
      lacks={bad && !note.trim() ? t("note_missing") : ""}
      onClose={onClose}
      write={async (idempotencyKey) => {
        const answer = await runs.recordExecution({ name: run.name, step, note, instrumentSerial: serial.trim(), operator: person(), idempotencyKey });
        if (answer.warnings.length) setWarnings(answer.warnings);
        else onDone();
      }}
    >
      {step === ExecutionStep.STARTED && (
        <Field label={t("serial_of_instrument")} hint={run.linkage?.instrumentSerial ? t("empty_means", { value: run.linkage.instrumentSerial }) : ""} value={serial} onInput={setSerial} most={128} />
      )}
      <Reason label={t("note")} hint={bad ? t("step_bad_hint") : t("step_hint")} most={2000} value={note} onInput={setNote} required={bad} />
    </ActDialog>
  );
}

function Warnings({ warnings, onClose }: { warnings: readonly string[]; onClose: () => void }): JSX.Element {
  return (
    <Dialog
      title={t("recorded_with_warnings")}
      onClose={onClose}
      onSubmit={onClose}
      footer={
        <button class="btn main glove" type="submit">
          {t("seen")}
        </button>
      }
    >
      {warnings.map((warning) => (
        <Note kind="warn" shape="yellow" key={warning}>
          <bdi lang="en">{warning}</bdi>
        </Note>
      ))}
    </Dialog>
  );
}

function ReplayDialog({ run, onClose }: DialogProps): JSX.Element {
  const [serial, setSerial] = useState("");
  const [note, setNote] = useState("");
  const [answer, setAnswer] = useState<ReplayRunResponse>();
  const made = answer?.run;
  if (answer && made)
    return (
      <Dialog
        title={t("replayed_title")}
        onClose={() => go(`/runs/${made.runId}`)}
        onSubmit={() => go(`/runs/${made.runId}`)}
        footer={
          <button class="btn main glove" type="submit">
            {t("go_to_run")}
          </button>
        }
      >
        {answer.driftDetected ? (
          <Note kind="warn" shape="yellow">
            <strong>{t("drifted")}</strong>
            <ul>
              {answer.drift.map((line) => (
                <li key={line}>
                  <bdi lang="en">{line}</bdi>
                </li>
              ))}
            </ul>
          </Note>
        ) : (
          <Note kind="good" shape="green">
            {t("not_drifted")}
          </Note>
        )}
        {answer.warnings.map((warning) => (
          <Note kind="warn" shape="yellow" key={warning}>
            <bdi lang="en">{warning}</bdi>
          </Note>
        ))}
        <p>
          <Level level={made.decision?.riskLevel ?? 0} score={made.decision?.score} long />
        </p>
      </Dialog>
    );
  return (
    <ActDialog
      title={t("replay_title")}
      keep={t("cancel")}
      act={t("run_again")}
      onClose={onClose}
      write={async (idempotencyKey) => {
        setAnswer(await runs.replayRun({ name: run.name, instrumentSerial: serial.trim(), operator: person(), note, idempotencyKey }));
      }}
    >
      <p>{t("replay_hint")}</p>
      <Field label={t("serial_of_instrument")} value={serial} onInput={setSerial} most={128} />
      <Reason label={t("note")} hint={t("replay_note_hint")} most={2000} value={note} onInput={setNote} required={false} />
    </ActDialog>
  );
}
