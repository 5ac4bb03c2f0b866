/** Beside the verdict: who agreed, how it is cut, where the run comes from, and whether its record holds. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { toolName } from "../../calls/catalogue.js";
import { runs } from "../../calls/clients.js";
import { RUNS } from "../../calls/session.js";
import { GateDecision, OverrideRequestState, VerificationOutcome, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { LineageRun } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { useAsk } from "../../parts/ask.js";
import { labelOf, setByPerson } from "../../parts/difference_words.js";
import { Icon } from "../../parts/icons.js";
import { Level, Marked } from "../../parts/level.js";
import { ProblemNote } from "../../parts/notes.js";
import { clock, dateOf, feed, length, measure, moment, named, number, partName, t, tn, utc, when } from "../../words/index.js";
import type { Opened } from "./acts.js";
import { Download } from "./download.js";
import { ActButton } from "./gate_acts.js";

interface Props {
  readonly run: Run;
  readonly onOpen: (opened: Opened) => void;
}

function Card({ id, title, children }: { id: string; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
      </header>
      <div class="card-in">{children}</div>
    </section>
  );
}

export function Beside({ run, onOpen }: Props): JSX.Element {
  return (
    <aside class="stack" aria-label={t("beside_verdict")}>
      <Agreed run={run} />
      <Cut run={run} />
      <Lineage run={run} onOpen={onOpen} />
      <Record run={run} onOpen={onOpen} />
    </aside>
  );
}

function Agreed({ run }: { run: Run }): JSX.Element {
  const { override, programAudit } = run;
  const acceptance = programAudit?.acceptance;
  return (
    <Card id="agreed" title={t("who_agreed")}>
      <ul class="list">
        {!override && (
          <li>
            <strong>{t("nobody_yet")}</strong>{" "}
            <span class="quiet">
              {run.effectiveGateDecision === GateDecision.ALLOWED ? t("nobody_needed") : named("needs", run.decision?.riskLevel ?? 0)}
            </span>
          </li>
        )}
        {override && (
          <li>
            <strong>
              <bdi>{override.person}</bdi>
            </strong>{" "}
            {t("opened_gate_at", { time: moment(override.createTime), level: named("level", override.riskLevel) })}
            <div class="quiet">
              “<bdi>{override.reason}</bdi>”
            </div>
          </li>
        )}
        {run.overrideRequests.map((one) => (
          <li key={one.name}>
            <strong>
              <bdi>{one.person}</bdi>
            </strong>{" "}
            {t("asked_at", { time: moment(one.createTime) })} <span class="quiet">{named("request_state", one.state)}</span>
            <div class="quiet">
              “<bdi>{one.reason}</bdi>”
            </div>
            {one.state === OverrideRequestState.DECLINED && (
              <div class="quiet">
                <bdi>{one.answerPerson}</bdi>: “<bdi>{one.answerReason}</bdi>”
              </div>
            )}
          </li>
        ))}
        {acceptance && (
          <li>
            <strong>
              <bdi>{acceptance.person}</bdi>
            </strong>{" "}
            {t("accepted_findings_at", { time: moment(acceptance.createTime) })}
            <div class="quiet">
              “<bdi>{acceptance.reason}</bdi>”
            </div>
          </li>
        )}
        {run.legalHold && (
          <li>
            <strong>
              <bdi>{run.legalHold.person}</bdi>
            </strong>{" "}
            {t(run.legalHold.held ? "held_at" : "released_hold_at", { time: moment(run.legalHold.createTime) })}
            <div class="quiet">
              “<bdi>{run.legalHold.reason}</bdi>”
            </div>
          </li>
        )}
      </ul>
    </Card>
  );
}

function Cut({ run }: { run: Run }): JSX.Element {
  const context = run.context;
  const cut = context?.cut;
  const tool = context?.tool;
  const stock = context?.stock;
  const holding = context?.workholding;
  return (
    <Card id="cut" title={t("cut")}>
      <dl class="facts">
        <dt>{t("bit")}</dt>
        <dd>
          <bdi>{tool?.toolId ? toolName(tool.toolId) : measure(tool?.diameterMm, "mm")}</bdi>
          {tool?.wear ? `, ${named("wear", tool.wear)}` : ""}
        </dd>
        <dt>{t("spindle")}</dt>
        <dd>{measure(cut?.spindleSpeedRpm, "rpm")}</dd>
        <dt>{t("feed")}</dt>
        <dd>{feed(cut?.feedRateMmPerMin)}</dd>
        <dt>{t("plunge")}</dt>
        <dd>{feed(cut?.plungeRateMmPerMin)}</dd>
        <dt>{t("pass")}</dt>
        <dd>{t("pass_size", { depth: length(cut?.axialDepthMm), width: length(cut?.radialWidthMm) })}</dd>
        <dt>{t("stock")}</dt>
        <dd>
          {stock
            ? `${[stock.widthMm, stock.lengthMm].map((side) => (side === undefined ? "?" : number(side))).join(" × ")} × ${length(stock.thicknessMm)}`
            : t("not_known")}
        </dd>
        <dt>{t("held_by")}</dt>
        <dd>
          {holding?.method ? named("holding", holding.method) : t("not_known")}
          {holding?.clampForceN !== undefined && `, ${measure(holding.clampForceN, "N")}`}
        </dd>
      </dl>
    </Card>
  );
}

function Lineage({ run, onOpen }: Props): JSX.Element {
  const asked = useAsk((signal) => runs.getRunLineage({ name: run.name, maxHopsUp: 2, maxHopsDown: 2 }, { signal }), [run.name]);
  const parent = asked.data?.ancestors.find((one) => one.hops === 1)?.run;
  const line = (relative: LineageRun): JSX.Element | null => {
    const other = relative.run;
    if (!other) return null;
    return (
      <li key={other.name}>
        <Level level={other.riskLevel} />{" "}
        <a href={`/runs/${other.runId}`}>
          <bdi>{other.instrumentSerial ? `${t("serial")} ${other.instrumentSerial}` : partName(other.designName)}</bdi>
        </a>
        <div class="small quiet">
          <span class="code">{other.runId}</span> ·{" "}
          {other.lastExecutionStep ? `${named("step", other.lastExecutionStep)} ${when(other.lastExecutionTime)}` : moment(other.createTime)}
          {other.name === parent?.name && <Since run={run} parent={parent.name} />}
        </div>
      </li>
    );
  };
  return (
    <Card id="lineage" title={t("comes_from")}>
      {asked.problem && <ProblemNote problem={asked.problem} onRetry={asked.reload} />}
      <ul class="list">
        {[...(asked.data?.ancestors ?? [])].reverse().map(line)}
        {asked.data?.missingParent && (
          <li class="quiet">
            {t("missing_parent")} <bdi class="code">{asked.data.missingParent}</bdi>
          </li>
        )}
        <li>
          <strong>{t("this_run")}</strong>
          {run.linkage?.instrumentSerial && (
            <>
              , {t("serial")} <bdi>{run.linkage.instrumentSerial}</bdi>
            </>
          )}
        </li>
        {(asked.data?.descendants ?? []).map(line)}
        {asked.data?.truncated && <li class="quiet">{t("more_relatives")}</li>}
      </ul>
      <div class="btns">
        <ActButton method={`${RUNS}/ReplayRun`} word={t("run_again_dots")} lacking={t("lacking.operator")} onPress={() => onOpen("replay")} />
      </div>
    </Card>
  );
}

const MOST_SET = 6;

/** What a person has set differently since the run that this one comes from. */
function Since({ run, parent }: { run: Run; parent: string }): JSX.Element | null {
  const { data } = useAsk((signal) => runs.diffRuns({ left: parent, right: run.name }, { signal }), [parent, run.name]);
  if (!data) return null;
  const words = [...new Set(setByPerson(data).map((one) => labelOf(one, run)))];
  return (
    <div>
      {t("since_then")} <bdi>{words.slice(0, MOST_SET).join(", ") || t("nothing_set_since")}</bdi>
      {words.length > MOST_SET && ` ${tn("and_more", words.length - MOST_SET)}`}
    </div>
  );
}

const DAY_MS = 86_400_000;

function Record({ run, onOpen }: Props): JSX.Element {
  const asked = useAsk((signal) => runs.verifyRun({ name: run.name }, { signal }).then((answer) => answer.verification), [run.name]);
  const items = asked.data?.items ?? [];
  const verified = items.filter((item) => item.outcome === VerificationOutcome.VERIFIED).length;
  const wrong = items.filter((item) => item.outcome !== VerificationOutcome.VERIFIED);
  const checked = dateOf(asked.data?.verifyTime);
  useEffect(() => {
    if (checked && Date.now() - checked.getTime() > DAY_MS) asked.reload();
  }, [run.hashes?.documentSha256]);
  return (
    <Card id="record" title={t("record")}>
      {asked.problem && <ProblemNote problem={asked.problem} />}
      {asked.data && (
        <p>
          <Marked shape={wrong.length ? "error" : "green"}>{t("checks_verified", { n: verified, all: items.length })}</Marked>
        </p>
      )}
      {wrong.length > 0 && (
        <ul class="list">
          {wrong.map((item) => (
            <li key={item.item}>
              <strong class="code">{item.item}</strong> {named("verification", item.outcome)} <bdi lang="en">{item.detail}</bdi>
            </li>
          ))}
        </ul>
      )}
      <p class="small quiet">{checked ? t("checked_at", { time: clock(checked, "short"), what: tn("items_checked", items.length) }) : asked.busy ? t("checking") : ""}</p>
      <dl class="facts small">
        <dt>SHA-256</dt>
        <dd class="code">{run.hashes?.documentSha256}</dd>
        <dt>{t("request")}</dt>
        <dd class="code">
          <bdi>{run.requestId}</bdi>
        </dd>
        <dt>{t("recorded")}</dt>
        <dd>{utc(run.createTime)}</dd>
        {run.identity?.name && (
          <>
            <dt>{t("recorded_by")}</dt>
            <dd>
              <bdi>{run.identity.name}</bdi>
            </dd>
          </>
        )}
      </dl>
      <div class="btns">
        <button class="btn plain" type="button" onClick={asked.reload}>
          <Icon name="again" />
          {t("check_again")}
        </button>
        {run.effectiveGateDecision !== GateDecision.BLOCKED && run.decision?.riskLevel !== RiskLevel.ERROR && (
          <Download word={t("download_pack")} ask={() => runs.getOperatorPack({ name: run.name }, { timeoutMs: 120_000 })} />
        )}
        <ActButton method={`${RUNS}/SetLegalHold`} word={run.legalHold?.held ? t("release_hold_dots") : t("hold_dots")} lacking={t("lacking.admin")} plain onPress={() => onOpen("hold")} />
      </div>
    </Card>
  );
}
