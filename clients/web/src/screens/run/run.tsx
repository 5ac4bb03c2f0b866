/** One run: can it be cut, why, and what may be done about it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { machineName, needCatalogue, woodName } from "../../calls/catalogue.js";
import { runs } from "../../calls/clients.js";
import { watch } from "../../calls/live.js";
import { GateDecision, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { WatchRunsResponse } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { useAsk } from "../../parts/ask.js";
import { Icon } from "../../parts/icons.js";
import { changedBehind } from "../../parts/dialog.js";
import { NotFound, Note, ProblemNote, Shown } from "../../parts/notes.js";
import { Head } from "../../parts/title.js";
import { afterCodes, isolated } from "../../rules/texts.js";
import { moment, named, partName, t, when } from "../../words/index.js";
import { Acts, type Opened } from "./acts.js";
import { Below } from "./below.js";
import { Beside } from "./beside.js";
import { Denied, type Refusal } from "./denied.js";
import { Dimensions } from "./dimensions.js";
import { AuditSentence, GateActs } from "./gate_acts.js";
import { Programs } from "./programs.js";
import { bindingFinding, Verdict } from "./verdict.js";

/** What a record of somebody else did, in words. */
function told(message: WatchRunsResponse, run: Run): string {
  if (message.kind === "override" && run.override)
    return t("told.override", { name: run.override.person, time: when(run.override.createTime) });
  return named("told", message.kind);
}

export function RunScreen({ id }: { id: string }): JSX.Element {
  const name = `runs/${id}`;
  const asked = useAsk((signal) => runs.getRun({ name }, { signal }).then((answer) => answer.run as Run), [name]);
  const [opened, setOpened] = useState<Opened | undefined>();
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const [news, setNews] = useState<WatchRunsResponse | undefined>();
  const dialog = useRef(false);
  dialog.current = opened !== undefined;
  useEffect(needCatalogue, []);
  useEffect(() => {
    let begun = false;
    return watch(`run_id = ${id}`, (message) => {
      if (message) setNews(message);
      if (message || begun) changedBehind.value = dialog.current; // what changed before a dialog was opened is seen behind it
      begun = true;
      asked.reload();
    });
  }, [name]);
  useEffect(() => {
    if (!opened) changedBehind.value = false;
  }, [opened]);
  useEffect(() => () => void (changedBehind.value = false), []);
  if (asked.problem?.missing) return <NotFound back="/runs" word={t("no_such_run", { run: id })} />;
  if (asked.problem?.damaged)
    return (
      <>
        <Head title={id} crumbs={[{ to: "/runs", word: t("runs_title") }]} />
        <ProblemNote problem={asked.problem} onRetry={asked.reload} />
        <p>{t("damaged_word")}</p>
      </>
    );
  const back = (): void => {
    setRefusal(undefined);
    setOpened(undefined);
    asked.reload();
  };
  if (refusal && asked.data) return <Denied run={asked.data} refusal={refusal} onBack={back} onAsked={back} />;
  return (
    <Shown asked={asked} title={id}>
      {(run) => (
        <>
          <RunHead run={run} />
          <div role="status" class={news ? "" : "hidden-text"}>
            {news && (
              <Note kind="here">
                <strong>{t("changed_while_looking")}</strong> <bdi>{told(news, run)}</bdi>{" "}
                <button class="btn" type="button" onClick={() => setNews(undefined)}>
                  {t("seen")}
                </button>
              </Note>
            )}
          </div>
          <section class="card" aria-labelledby="verdict-heading">
            <Verdict run={run} />
            <GateBar run={run} onOpen={setOpened} />
          </section>
          <div class="cols">
            <div class="stack">
              <Programs run={run} onOpen={setOpened} />
              <Dimensions run={run} />
              <Below run={run} onOpen={setOpened} />
            </div>
            <Beside run={run} onOpen={setOpened} />
          </div>
          {opened && (
            <Acts
              run={run}
              opened={opened}
              onDenied={setRefusal}
              onClose={() => setOpened(undefined)}
              onDone={() => {
                setOpened(undefined);
                setNews(undefined);
                asked.reload();
              }}
            />
          )}
        </>
      )}
    </Shown>
  );
}

function RunHead({ run }: { run: Run }): JSX.Element {
  const serial = run.linkage?.instrumentSerial;
  const wood = run.context?.material?.materialId;
  const machine = run.context?.machine?.machineId;
  const parts = [
    serial && `${t("serial")} ${isolated(serial)}`,
    wood && woodName(wood),
    machine && machineName(machine),
    t("recorded_at", { time: moment(run.createTime) }),
  ];
  return (
    <Head
      title={partName(run.design?.name)}
      crumbs={[{ to: "/runs", word: t("runs_title") }, { word: run.runId, code: true }]}
      sub={<bdi>{parts.filter(Boolean).join(" · ")}</bdi>}
    >
      <a class="btn" href={`/runs/${run.runId}/sheet`}>
        <Icon name="sheet" />
        {t("sheet_title")}
      </a>
      <a class="btn" href={`/compare?${run.linkage?.parentRunId ? `left=${run.linkage.parentRunId}&` : ""}right=${run.runId}`}>
        <Icon name="compare" />
        {t("compare")}
      </a>
      <a class="btn" href={`/runs/${run.runId}/what-if`}>
        <Icon name="map" />
        {t("what_if")}
      </a>
    </Head>
  );
}

/** Why the gate is as it is, and the act that is due. */
function GateBar({ run, onOpen }: { run: Run; onOpen: (opened: Opened) => void }): JSX.Element {
  const gate = run.effectiveGateDecision;
  const closed = gate !== GateDecision.ALLOWED && gate !== GateDecision.OVERRIDDEN;
  const why = afterCodes(run.decision?.blockReason ?? "");
  return (
    <div class="gatebar">
      <div>
        <span class="gate">
          <Icon name={closed ? "closed" : "open"} />
          <span>{gateSentence(run)}</span>
        </span>
        {gate === GateDecision.OVERRIDDEN && run.override && (
          <p>
            “<bdi>{run.override.reason}</bdi>”
          </p>
        )}
        {closed && why && why !== bindingFinding(run) && (
          <p>
            <bdi lang="en">{why}</bdi>
          </p>
        )}
        <AuditSentence run={run} />
      </div>
      <GateActs run={run} closed={closed} onOpen={onOpen} />
    </div>
  );
}

function gateSentence(run: Run): string {
  const gate = run.effectiveGateDecision;
  if (gate === GateDecision.ALLOWED) return t("gatebar.open");
  if (gate === GateDecision.OVERRIDDEN)
    return t("gatebar.overridden", { name: run.override?.person ?? "", time: when(run.override?.createTime) });
  return named("gatebar.closed", run.decision?.riskLevel ?? 0);
}
