/** Below the dimensions: what happened at the machine, notes, files, the explanation. */
import type { ComponentChildren, JSX } from "preact";
import { runs } from "../../calls/clients.js";
import { RUNS } from "../../calls/session.js";
import { AdvisoryKind, ExecutionStep, GateDecision, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { useAct } from "../../parts/dialog.js";
import { ProblemNote } from "../../parts/notes.js";
import { shortDigest } from "../../rules/ids.js";
import { moment, named, t, tn } from "../../words/index.js";
import type { Opened } from "./acts.js";
import { AttachmentDownload } from "./download.js";
import { ActButton } from "./gate_acts.js";

interface Props {
  readonly run: Run;
  readonly onOpen: (opened: Opened) => void;
}

function Card({ id, title, hint, children }: { id: string; title: string; hint?: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {hint && <p class="small quiet">{hint}</p>}
      </header>
      <div class="card-in">{children}</div>
    </section>
  );
}

export function Below({ run, onOpen }: Props): JSX.Element {
  return (
    <>
      <AtTheMachine run={run} onOpen={onOpen} />
      <Notes run={run} onOpen={onOpen} />
      <Files run={run} />
      <Explanation run={run} />
    </>
  );
}

/** Steps that may follow the last one; what really may, the server says. */
export function nextSteps(run: Run): ExecutionStep[] {
  return run.executions.at(-1)?.step === ExecutionStep.STARTED
    ? [ExecutionStep.FINISHED, ExecutionStep.ABORTED, ExecutionStep.SCRAPPED]
    : [ExecutionStep.STARTED];
}

function AtTheMachine({ run, onOpen }: Props): JSX.Element {
  const closed = run.effectiveGateDecision === GateDecision.BLOCKED;
  return (
    <Card id="executions" title={t("at_the_machine")}>
      {run.executions.length === 0 && <p class="quiet">{t("not_cut_yet")}</p>}
      <ul class="list">
        {run.executions.map((step, index) => (
          <li key={index}>
            <strong>{named("step", step.step)}</strong> {moment(step.createTime)}
            {step.operator && (
              <>
                {" · "}
                <bdi>{step.operator}</bdi>
              </>
            )}
            {step.instrumentSerial && (
              <>
                {` · ${t("serial")} `}
                <bdi>{step.instrumentSerial}</bdi>
              </>
            )}
            {step.note && (
              <div class="quiet">
                <bdi>{step.note}</bdi>
              </div>
            )}
          </li>
        ))}
      </ul>
      {!closed && !run.tombstone && (
        <div class="btns">
          {nextSteps(run).map((step) => (
            <ActButton key={step} method={`${RUNS}/RecordExecution`} word={`${named("step", step)}…`} lacking={t("lacking.operator")} onPress={() => onOpen({ step })} />
          ))}
        </div>
      )}
    </Card>
  );
}

function Notes({ run, onOpen }: Props): JSX.Element {
  return (
    <Card id="notes" title={t("notes")}>
      {run.annotations.length === 0 && <p class="quiet">{t("no_notes")}</p>}
      <ul class="list">
        {run.annotations.map((note, index) => (
          <li key={index}>
            <strong>
              <bdi>{note.person}</bdi>
            </strong>{" "}
            <span class="quiet">{moment(note.createTime)}</span>
            <div class="written">
              <bdi>{note.note}</bdi>
            </div>
            {note.meta && Object.keys(note.meta).length > 0 && (
              <div class="small quiet">
                <bdi class="code">{JSON.stringify(note.meta)}</bdi>
              </div>
            )}
          </li>
        ))}
      </ul>
      <div class="btns">
        <ActButton method={`${RUNS}/AnnotateRun`} word={t("note_dots")} lacking={t("lacking.operator")} onPress={() => onOpen("note")} />
      </div>
    </Card>
  );
}

function Files({ run }: { run: Run }): JSX.Element | null {
  if (!run.attachments.length) return null;
  return (
    <Card id="files" title={t("files")} hint={tn("files_count", run.attachments.length)}>
      <ul class="list">
        {run.attachments.map((one) => (
          <li key={one.sha256 + one.kind} class="file">
            <div>
              <strong>
                <bdi>{one.filename || one.kind}</bdi>
              </strong>
              <div class="small quiet">
                <bdi>{one.kind}</bdi> · {tn("bytes", Number(one.sizeBytes))} · <span class="code">{shortDigest(one.sha256)}</span>
                {one.identity?.name && (
                  <>
                    {" · "}
                    <bdi>{one.identity.name}</bdi>
                  </>
                )}
              </div>
            </div>
            <AttachmentDownload attachment={one} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Explanation({ run }: { run: Run }): JSX.Element {
  const doing = useAct(async () => {
    await runs.suggestAdvisory({ name: run.name });
  });
  const texts = run.advisoryInputs.filter((one) => one.text);
  return (
    <Card id="explanation" title={t("explanation")}>
      {texts.length === 0 && <p class="quiet">{t("no_explanation")}</p>}
      {texts.map((one) => (
        <div key={one.advisoryId}>
          <p class="small quiet">
            {one.kind === AdvisoryKind.EXPLANATION && one.engineId ? t("computed_by", { engine: `${one.engineId} ${one.engineVersion}` }) : t("attached_by", { name: one.identity?.name || one.engineId || t("not_known") })}
          </p>
          <p class="written">
            <bdi lang="en">{one.text}</bdi>
          </p>
        </div>
      ))}
      {texts.length === 0 && (
        <div class="btns">
          <ActButton method={`${RUNS}/SuggestAdvisory`} word={doing.sending ? t("sending") : t("explain")} lacking={t("lacking.operator")} onPress={doing.send} />
        </div>
      )}
      {doing.problem && <ProblemNote problem={doing.problem} writing onRetry={doing.send} />}
    </Card>
  );
}
