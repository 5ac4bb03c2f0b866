/** Signing and starting; then the running job. Whether all needed ticks are there the server says. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { prove } from "../../calls/login.js";
import { nobodyAsks, personName, session } from "../../calls/session.js";
import { ExecutionStep, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { SetupSheet } from "../../gen/rmos/runs/v1/setup_sheet_pb.js";
import { ActDialog, Field, person, useAct } from "../../parts/dialog.js";
import { ProblemNote } from "../../parts/notes.js";
import { clock, moment, named, t, tn } from "../../words/index.js";
import { StepDialog } from "../run/acts.js";
import { cannot } from "./checks.js";

interface SignProps {
  readonly sheet: SetupSheet;
  readonly run: Run;
  readonly covered: boolean;
  readonly onRecorded: () => void;
}

const AFTER_START = [ExecutionStep.FINISHED, ExecutionStep.ABORTED, ExecutionStep.SCRAPPED];

export function Sign({ sheet, run, covered, onRecorded }: SignProps): JSX.Element {
  const [step, setStep] = useState<ExecutionStep>();
  const [proving, setProving] = useState(false);
  const { signature } = sheet;
  const running = sheet.lastExecution?.step === ExecutionStep.STARTED;
  const missing = sheet.items.filter((item) => item.required && !item.done).length;
  const start = async (key: string): Promise<void> => {
    try {
      if (!signature) await runs.signSheet({ name: sheet.run, sheetSha256: sheet.sha256, person: person(), idempotencyKey: key });
      await runs.recordExecution({ name: sheet.run, step: ExecutionStep.STARTED, operator: personName.value, idempotencyKey: `${key}-start` });
    } finally {
      onRecorded();
    }
  };
  const doing = useAct(start);
  const why = cannot("SignSheet", covered);
  if (running)
    return (
      <div class="sign">
        <div>
          <strong>{t("running_job", { time: moment(sheet.lastExecution?.createTime) })}</strong>
          {sheet.lastExecution?.operator && (
            <p class="quiet small">
              <bdi>{sheet.lastExecution.operator}</bdi>
            </p>
          )}
        </div>
        <div class="btns">
          {AFTER_START.map((one) => (
            <button key={one} class={`btn glove ${one === ExecutionStep.FINISHED ? "main" : ""}`} type="button" disabled={why !== ""} onClick={() => setStep(one)}>
              {named("step", one)}…
            </button>
          ))}
        </div>
        {step !== undefined && <StepDialog run={run} step={step} onClose={() => setStep(undefined)} onDone={() => (setStep(undefined), onRecorded())} />}
      </div>
    );
  return (
    <div class="sign">
      <div>
        <strong>{t("i_have_checked")}</strong>
        {signature && (
          <p>
            {t("signed_by")} <bdi>{signature.person}</bdi>, {moment(signature.createTime)}
          </p>
        )}
        <p class="quiet small screen" id="sign-words">
          {t("signs_as", { name: personName.value || t("nobody"), time: session.value ? clock(session.value.since, "short") : "" })}{" "}
          {missing > 0 && `· ${tn("ticks_missing", missing)} `}· {t("ticks_stay")} {why}
        </p>
        <p class="paper small">{t("sign_line")} __________________________________________</p>
      </div>
      <button class="btn main glove" type="button" disabled={doing.sending || why !== "" || sheet.checksMissing} aria-describedby="sign-words" onClick={() => (signature || nobodyAsks.value ? doing.send() : setProving(true))}>
        {doing.sending ? t("sending") : signature ? t("start") : t("sign_and_start")}
      </button>
      {doing.problem && <ProblemNote problem={doing.problem} writing onRetry={doing.send} />}
      {proving && <WhoSigns title={sheet.title} start={start} onClose={() => setProving(false)} />}
    </div>
  );
}

/** The signature is a log-in: whoever holds the tablet says who they are, and proves it. */
function WhoSigns({ title, start, onClose }: { title: string; start: (key: string) => Promise<void>; onClose: () => void }): JSX.Element {
  const [name, setName] = useState(personName.value);
  const [password, setPassword] = useState("");
  return (
    <ActDialog
      title={t("who_signs")}
      under={<bdi>{title}</bdi>}
      keep={t("cancel")}
      act={t("sign_and_start")}
      lacks={name.trim() && password ? "" : t("password_missing")}
      named={false}
      onClose={onClose}
      write={async (key) => {
        await prove(name.trim(), password);
        await start(key);
        onClose();
      }}
    >
      <p>{t("i_have_checked")}</p>
      <Field label={t("password")} autocomplete="current-password" secret value={password} onInput={setPassword} />
      <Field label={t("name")} autocomplete="username" most={100} value={name} onInput={setName} />
    </ActDialog>
  );
}
