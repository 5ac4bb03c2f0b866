/** The rows: part, verdict, gate, wood and bit, programs, when. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { machineName, toolName, woodName } from "../../calls/catalogue.js";
import { runs } from "../../calls/clients.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { ExecutionStep, GateDecision, ProgramRelease } from "../../gen/rmos/runs/v1/run_pb.js";
import type { RunSummary } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { Gate, Level, Marked } from "../../parts/level.js";
import { Picture } from "../../parts/picture.js";
import { releaseWords } from "../../parts/audit_words.js";
import { idOf } from "../../rules/ids.js";
import { named, partName, t, when } from "../../words/index.js";
import type { Page } from "./list.js";
import { chosenRuns, choose } from "./tray.js";

interface TableProps {
  readonly page: Page;
  readonly changed: ReadonlyMap<string, RunSummary>;
  readonly lit: ReadonlySet<string>;
}

const AT_ONCE = 25;

export function RunTable({ page, changed, lit }: TableProps): JSX.Element {
  const [whole, setWhole] = useState<ReadonlyMap<string, Run>>(new Map());
  // a summary says that somebody opened the gate, and not who
  const wanted = page.rows.filter((row) => (changed.get(row.name) ?? row).gateDecision === GateDecision.OVERRIDDEN).map((row) => row.name);
  useEffect(() => {
    let gone = false;
    void (async () => {
      let names = wanted;
      while (names.length && !gone) {
        const answer = await runs.batchGetRuns({ names: names.slice(0, AT_ONCE) });
        if (gone) return;
        setWhole((before) => new Map([...before, ...answer.runs.map((run) => [run.name, run] as const)]));
        names = [...answer.notReturned, ...names.slice(AT_ONCE)];
      }
    })().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [wanted.join(), changed]);
  return (
    <div class="card">
      <div class="scroll" tabIndex={0} role="region" aria-label={t("runs_caption")}>
        <table class="runs stackable">
          <caption class="hidden-text">{t("runs_caption")}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-text">{t("choose")}</span>
              </th>
              <th scope="col">{t("part")}</th>
              <th scope="col">{t("verdict")}</th>
              <th scope="col">{t("gate")}</th>
              <th scope="col" class="tablet-off">
                {t("wood_bit_machine")}
              </th>
              <th scope="col">{t("programs")}</th>
              <th scope="col">{t("recorded_cut")}</th>
            </tr>
          </thead>
          <tbody>
            {page.rows.map((row) => (
              <Row key={row.name} row={changed.get(row.name) ?? row} run={whole.get(row.name)} lit={lit.has(row.name)} />
            ))}
            {page.unreachable.map((name) => (
              <Damaged key={name} name={name} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row({ row, run, lit }: { row: RunSummary; run: Run | undefined; lit: boolean }): JSX.Element {
  const picked = chosenRuns.value.some((other) => other.id === row.runId);
  const label = partName(row.designName);
  const serial = row.instrumentSerial;
  const step = row.lastExecutionStep;
  return (
    <tr class={picked || lit ? "chosen" : ""} data-run={row.name}>
      <td class="phone-off">
        <label class="pick">
          <span class="hidden-text">{t("choose_run", { part: label, run: row.runId })}</span>
          <input type="checkbox" checked={picked} onChange={() => choose({ id: row.runId, label, serial, sha256: row.documentSha256 })} />
        </label>
      </td>
      <th scope="row" class="full">
        <div class="part">
          <Picture name={row.name} sha256={row.hasPicture ? row.documentSha256 : ""} mode={row.mode} size={48} />
          <div>
            <a href={`/runs/${row.runId}`}>
              <bdi>{label}</bdi>
            </a>
            <div class="small quiet">
              {serial && (
                <>
                  {t("serial")} <bdi>{serial}</bdi>
                </>
              )}
              <span class="also">
                {serial && " · "}
                <span class="code">{row.runId}</span>
              </span>
              {row.withdrawn && ` · ${t("withdrawn")}`}
            </div>
          </div>
        </div>
      </th>
      <td>
        <Level level={row.riskLevel} score={row.score} />
      </td>
      <td>
        <Gate decision={row.gateDecision} level={row.riskLevel} by={run?.override?.person} />
        {row.requestWaits && <div class="small">{t("request_waits")}</div>}
      </td>
      <td class="full tablet-off">
        <bdi>{row.materialId ? woodName(row.materialId) : t("not_known")}</bdi>
        <div class="small quiet">
          <bdi>{[row.toolId && toolName(row.toolId), row.machineId && machineName(row.machineId)].filter(Boolean).join(" · ")}</bdi>
        </div>
      </td>
      <td>
        <Programs row={row} />
      </td>
      <td>
        {when(row.createTime)}
        <div class="small quiet">
          {step === ExecutionStep.STARTED && <strong>{t("cutting_now")}</strong>}
          {step > ExecutionStep.STARTED && `${named("step", step)} ${when(row.lastExecutionTime)}`}
        </div>
      </td>
    </tr>
  );
}

function Programs({ row }: { row: RunSummary }): JSX.Element {
  if (row.programRelease === ProgramRelease.UNSPECIFIED) return <span class="quiet">{t("none")}</span>;
  const { shape, word } = releaseWords(row.programRelease, row.openWarningCount);
  return (
    <Marked shape={shape} plain>
      {word}
    </Marked>
  );
}

/** A record that is not what was recorded stays in the list; nothing can be done with it. */
function Damaged({ name }: { name: string }): JSX.Element {
  return (
    <tr>
      <td class="phone-off" />
      <th scope="row" class="full">
        <a href={`/runs/${idOf(name)}`}>
          <span class="code">{idOf(name)}</span>
        </a>
      </th>
      <td colSpan={5} class="full">
        <Marked shape="error">{t("damaged")}</Marked>
      </td>
    </tr>
  );
}
