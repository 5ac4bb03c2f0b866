/** The acts of the gate bar. A right that is missing leaves the button where it is, and says which role has it. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { silence } from "../../calls/live.js";
import { may, RUNS } from "../../calls/session.js";
import { ProgramRelease, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { toAccept } from "../../parts/audit_words.js";
import { t, tn } from "../../words/index.js";
import { waitingRequest, type Opened } from "./acts.js";

interface ActButtonProps {
  readonly method: string;
  readonly word: string;
  readonly lacking: string;
  readonly main?: boolean;
  readonly glove?: boolean;
  readonly plain?: boolean;
  readonly onPress: () => void;
}

/** A button for a method: disabled, visible and explained where the person may not, or where nothing is live. */
export function ActButton({ method, word, lacking, main = false, glove = false, plain = false, onPress }: ActButtonProps): JSX.Element {
  const id = useId();
  const denied = !may(method);
  const stale = silence.value > 0;
  const why = denied ? lacking : stale ? t("not_live_no_acts") : "";
  return (
    <span class="act">
      <button class={`btn ${main ? "main" : ""} ${glove ? "glove" : ""} ${plain ? "plain" : ""}`} type="button" disabled={denied || stale} aria-describedby={why ? id : undefined} onClick={onPress}>
        {word}
      </button>
      {why && (
        <span class="small quiet" id={id}>
          {why}
        </span>
      )}
    </span>
  );
}

/** What of the programs waits for a person, or forbids the cut. */
export function AuditSentence({ run }: { run: Run }): JSX.Element | null {
  const audit = run.programAudit;
  if (!audit?.programs.length || audit.release === ProgramRelease.RELEASED) return null;
  if (audit.release === ProgramRelease.DEVIATES) return <p>{t("gatebar.deviates")}</p>;
  if (audit.release === ProgramRelease.NEEDS_ACCEPTANCE) return <p>{tn("gatebar.warnings", toAccept(audit).length)}</p>;
  return <p>{t("gatebar.not_verifiable")}</p>;
}

export function GateActs({ run, closed, onOpen }: { run: Run; closed: boolean; onOpen: (opened: Opened) => void }): JSX.Element | null {
  const level = run.decision?.riskLevel;
  if (!closed || run.tombstone || level === RiskLevel.ERROR) return null;
  return (
    <div class="btns">
      {!waitingRequest(run) && (
        <ActButton method={`${RUNS}/RequestOverride`} word={t("ask_dots")} lacking={t("lacking.operator")} onPress={() => onOpen("ask")} />
      )}
      <ActButton method={`${RUNS}/OverrideRun`} word={t("open_gate_dots")} lacking={t("lacking.override")} main glove onPress={() => onOpen("gate")} />
    </div>
  );
}
