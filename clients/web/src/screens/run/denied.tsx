/** What stands in place of a screen when the server refused to open a gate: why, and a way to ask somebody who may. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import type { Problem } from "../../calls/problem.js";
import { personName, session, highestRole, may, nobodyAsks, RUNS } from "../../calls/session.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { InNameOf, person, Reason, useAct } from "../../parts/dialog.js";
import { Icon } from "../../parts/icons.js";
import { Note, ProblemNote } from "../../parts/notes.js";
import { Head } from "../../parts/title.js";
import { named, t, when } from "../../words/index.js";
import { waitingRequest } from "./acts.js";

/** A refusal, with what was typed and done before it. */
export interface Refusal {
  readonly problem: Problem;
  readonly reason: string;
  /** True where the findings of the programs were accepted before the gate was refused. */
  readonly accepted: boolean;
}

interface Props {
  readonly run: Run;
  readonly refusal: Refusal;
  readonly onBack: () => void;
  readonly onAsked: () => void;
}

const FOUR_EYES = "FOUR_EYES";

export function Denied({ run, refusal, onBack, onAsked }: Props): JSX.Element {
  const [reason, setReason] = useState(refusal.reason);
  const asking = useAct(async (idempotencyKey) => {
    await runs.requestOverride({ name: run.name, person: person(), reason, riskLevel: run.decision?.riskLevel ?? 0, idempotencyKey });
    onAsked();
  });
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>("main h1");
    if (heading) heading.tabIndex = -1;
    heading?.focus();
  }, []);
  const { problem } = refusal;
  const waiting = waitingRequest(run);
  const serial = run.linkage?.instrumentSerial;
  const tooShort = [...reason.trim()].length < 10;
  return (
    <>
      <Head
        title={t("denied_title")}
        crumbs={[
          { to: "/runs", word: t("runs_title") },
          { to: `/runs/${run.runId}`, word: serial ? `${t("serial")} ${serial}` : run.runId },
        ]}
      />
      <Note kind={problem.reason === FOUR_EYES ? "warn" : "bad"} icon="closed" alert>
        <strong>{problem.reason === FOUR_EYES ? `${t("four_eyes")}: ${t("reason.FOUR_EYES")}` : t("lacking.override")}</strong>{" "}
        <bdi lang="en">{problem.sentence}</bdi>{" "}
        {!nobodyAsks.value && t("denied_who", { name: personName.value, role: named("role", highestRole(session.value?.roles ?? [])) })}{" "}
        {refusal.accepted ? t("acceptance_recorded") : t("nothing_recorded")} {!nobodyAsks.value && t("denied_logged")}
        {problem.requestId && (
          <div class="small quiet">
            {t("request")} <span class="code">{problem.requestId}</span>
          </div>
        )}
      </Note>
      <section class="card" aria-labelledby="ask-who-may">
        <div class="card-in form">
          <h2 id="ask-who-may">{t("ask_who_may")}</h2>
          {waiting ? (
            <p>
              <bdi>{waiting.person}</bdi> {t("asked_at", { time: when(waiting.createTime) })}: “<bdi>{waiting.reason}</bdi>”
            </p>
          ) : (
            <>
              <Reason label={t("why_open")} hint={t("ask_hint")} most={2000} value={reason} onInput={setReason} />
              <InNameOf />
            </>
          )}
          <div class="btns">
            {!waiting && (
              <button class="btn main glove" type="button" disabled={asking.sending || tooShort || !may(`${RUNS}/RequestOverride`)} onClick={asking.send}>
                {asking.sending ? t("sending") : t("ask_for_it")}
              </button>
            )}
            <button class="btn glove" type="button" onClick={onBack}>
              <Icon name="runs" />
              {t("back_to_run")}
            </button>
          </div>
          {!waiting && tooShort && <p class="small quiet">{t("reason_too_short", { least: 10 })}</p>}
          {asking.problem && <ProblemNote problem={asking.problem} writing onRetry={asking.problem.nothingRecorded ? undefined : asking.send} />}
        </div>
      </section>
    </>
  );
}
