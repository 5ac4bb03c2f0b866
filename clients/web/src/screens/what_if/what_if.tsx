/** Where it is GREEN: two numbers around those of a run, computed by the server and not recorded. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { watch } from "../../calls/live.js";
import { RUNS } from "../../calls/session.js";
import type { SweepPoint, SweepResult } from "../../gen/rmos/feasibility/v1/feasibility_service_pb.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { useAsk } from "../../parts/ask.js";
import { ActDialog, Field } from "../../parts/dialog.js";
import { Level, levelWord } from "../../parts/level.js";
import { NotFound, Note, Shown } from "../../parts/notes.js";
import { go, place, withQuery } from "../../parts/route.js";
import { Head } from "../../parts/title.js";
import { language, measure, named, number, partName, seconds, t, tn } from "../../words/index.js";
import { ActButton } from "../run/gate_acts.js";
import { bindingFinding } from "../run/verdict.js";
import { axisWord, Map } from "./map.js";
import { AXES, axesOf, axisAround, contextWith, STEPS, sweep, UNITS, valueAt, type Axis, type AxisName, type Swept } from "./sweep.js";

export default function WhatIfScreen({ id }: { id: string }): JSX.Element {
  const name = `runs/${id}`;
  const query = place.value.query;
  const asked = useAsk((signal) => runs.getRun({ name }, { signal }).then((answer) => answer.run as Run), [name]);
  useEffect(() => watch(`run_id = ${id}`, () => asked.reload()), [id]);
  if (asked.problem?.missing) return <NotFound back="/runs" word={t("no_such_run", { run: id })} />;
  return (
    <Shown asked={asked} title={t("where_green")}>
      {(run) => <Around run={run} wishX={query.get("x") ?? ""} wishY={query.get("y") ?? ""} />}
    </Shown>
  );
}

function Around({ run, wishX, wishY }: { run: Run; wishX: string; wishY: string }): JSX.Element {
  const [sampled, setSampled] = useState(false);
  const axes = axesOf(run, wishX, wishY);
  const serial = run.linkage?.instrumentSerial;
  const call = serial ? `${t("serial")} ${serial}` : run.runId;
  const asked = useAsk<Swept | undefined>(
    (signal) => (axes ? sweep(run, axes.x, axes.y, sampled, signal) : Promise.resolve(undefined)),
    [axes?.x.name, axes?.y.name, sampled],
  );
  const result = asked.data?.result;
  return (
    <>
      <Head
        title={t("where_green")}
        crumbs={[{ to: "/runs", word: t("runs_title") }, { to: `/runs/${run.runId}`, word: call }, { word: t("what_if") }]}
        sub={
          axes && (
            <>
              {t("around", { x: named("axis", axes.x.name), y: within(named("axis", axes.y.name)), run: call })}{" "}
              {result && tn("points_in", asked.data?.points.length ?? 0, { ms: number(result.computeMs, 0) })} <strong>{t("nothing_is_recorded")}</strong>
            </>
          )
        }
      />
      {!axes && <Note>{t("no_axes")}</Note>}
      {axes && (
        <Shown asked={asked}>
          {(swept) => swept && <SweptMap run={run} swept={swept} sampled={sampled} onSample={setSampled} />}
        </Shown>
      )}
    </>
  );
}

/** A noun within a sentence: German writes it as it begins one. */
const within = (noun: string): string => (language.value === "de" ? noun : noun.toLowerCase());

/** The cell of a point that a result names, where it lies on the map. */
function cellOf(swept: Swept, point: SweepPoint | undefined): number | undefined {
  return point && Number(point.index) < swept.points.length ? Number(point.index) : undefined;
}

function ownCell(run: Run, { x, y }: Swept): number | undefined {
  const at = (axis: Axis): number => Math.round(((run.context?.cut?.[axis.name] ?? Number.NaN) - axis.min) / axis.step);
  const [column, row] = [at(x), at(y)];
  return column >= 0 && column < x.count && row >= 0 && row < y.count ? row * x.count + column : undefined;
}

function SweptMap({ run, swept, sampled, onSample }: { run: Run; swept: Swept; sampled: boolean; onSample: (on: boolean) => void }): JSX.Element {
  const result = swept.result;
  const best = cellOf(swept, result?.fastestGreen ?? result?.nearest);
  const own = ownCell(run, swept);
  const [chosen, setChosen] = useState(own ?? best ?? 0);
  const [opened, setOpened] = useState<number>();
  useEffect(() => setChosen(own ?? best ?? 0), [swept]);
  const values = (index: number): [number, number] => [valueAt(swept.x, index % swept.x.count), valueAt(swept.y, Math.floor(index / swept.x.count))];
  return (
    <div class="cols">
      <section class="card" aria-labelledby="map-heading">
        <header>
          <h2 id="map-heading">
            <bdi>{partName(run.design?.name)}</bdi>
          </h2>
          {result && <Key result={result} />}
        </header>
        <div class="card-in">
          <Map swept={swept} chosen={chosen} own={own} best={best} onChoose={setChosen} />
          <p class="small quiet">{t("map_hint")}</p>
          <AsTable swept={swept} />
        </div>
      </section>
      <aside class="stack" aria-label={t("points")}>
        <section class="card" aria-labelledby="chosen-point">
          <header>
            <h2 id="chosen-point">{t("chosen_point")}</h2>
          </header>
          <div class="card-in" id="map-value" aria-live="polite">
            <PointWords swept={swept} index={chosen} />
          </div>
          <div class="card-in btns">
            <ActButton method={`${RUNS}/CreateRun`} word={t("evaluate_as_run_dots")} lacking={t("lacking.operator")} main onPress={() => setOpened(chosen)} />
          </div>
        </section>
        <section class="card" aria-labelledby="this-run">
          <header>
            <h2 id="this-run">
              <svg viewBox="0 0 22 22" aria-hidden="true">
                <rect class="own" x="3" y="4" width="16" height="14" />
              </svg>{" "}
              {t("this_run")}
            </h2>
          </header>
          <div class="card-in">
            <p>
              <Level level={run.decision?.riskLevel ?? RiskLevel.UNSPECIFIED} score={run.decision?.score} />
            </p>
            <p class="quiet">
              <bdi lang="en">{bindingFinding(run)}</bdi>
            </p>
          </div>
        </section>
        {result && <Best swept={swept} result={result} index={best} onChoose={setChosen} />}
        <Axes run={run} swept={swept} sampled={sampled} onSample={onSample} />
      </aside>
      {opened !== undefined && (
        <EvaluateDialog run={run} axes={[swept.x.name, swept.y.name]} values={values(opened)} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}

function Key({ result }: { result: SweepResult }): JSX.Element {
  const entries = [
    [RiskLevel.GREEN, result.greenCount, "g"],
    [RiskLevel.YELLOW, result.yellowCount, "y"],
    [RiskLevel.RED, result.redCount, "r"],
    [RiskLevel.UNKNOWN, result.unknownCount, "u"],
  ] as const;
  return (
    <ul class="key small">
      {entries
        .filter(([, count]) => count > 0n)
        .map(([level, count, fill]) => (
          <li key={level}>
            <svg viewBox="0 0 26 22" aria-hidden="true">
              <rect class={fill} width="26" height="22" />
              {fill === "y" && <path class="yl" d="M6 17L20 5" />}
              {fill === "r" && <path class="rl" d="M7 5l12 12m0-12L7 17" />}
              {fill === "u" && <path class="ul" d="M6 11h.1m7 0h.1m7 0h.1" />}
            </svg>
            {levelWord(level)} {number(Number(count))}
          </li>
        ))}
    </ul>
  );
}

function PointWords({ swept, index }: { swept: Swept; index: number }): JSX.Element {
  const point = swept.points[index];
  const { x, y } = swept;
  return (
    <>
      <p>
        {point ? <Level level={point.level} score={point.level === RiskLevel.UNKNOWN ? undefined : point.score} /> : t("not_known")}
        {point && point.level !== RiskLevel.GREEN && <span class="quiet"> {t("limited_by", { what: named("category", point.category) })}</span>}
      </p>
      <dl class="facts">
        <dt>{named("axis", x.name)}</dt>
        <dd>{measure(valueAt(x, index % x.count), UNITS[x.name])}</dd>
        <dt>{named("axis", y.name)}</dt>
        <dd>{measure(valueAt(y, Math.floor(index / x.count)), UNITS[y.name])}</dd>
        <dt>{t("cut_time")}</dt>
        <dd>{point && point.seconds > 0 ? seconds(point.seconds) : t("not_known")}</dd>
      </dl>
    </>
  );
}

function Best({ swept, result, index, onChoose }: { swept: Swept; result: SweepResult; index: number | undefined; onChoose: (index: number) => void }): JSX.Element {
  const extent = result.greenRegion.map((one) => t("from_to", { least: number(one.min), most: number(one.max) }));
  const units = [UNITS[swept.y.name], UNITS[swept.x.name]];
  return (
    <section class="card" aria-labelledby="best">
      <header>
        <h2 id="best">
          <svg viewBox="0 0 22 22" aria-hidden="true">
            <circle class="own" cx="11" cy="11" r="8" />
          </svg>{" "}
          {result.fastestGreen ? t("fastest_green") : t("nearest")}
        </h2>
      </header>
      <div class="card-in">
        {index === undefined ? <p>{t("not_on_map")}</p> : <PointWords swept={swept} index={index} />}
        {extent.length > 0 && (
          <p class="small quiet">
            {t("green_within", { region: extent.map((range, at) => `${range}\u202f${units[at] ?? ""}`).join(", "), share: number((result.greenShare ?? 0) * 100, 0) })}
          </p>
        )}
        {index !== undefined && (
          <div class="btns">
            <button class="btn" type="button" onClick={() => onChoose(index)}>
              {t("choose_it")}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function Axes({ run, swept, sampled, onSample }: { run: Run; swept: Swept; sampled: boolean; onSample: (on: boolean) => void }): JSX.Element {
  const there = AXES.filter((name) => (run.context?.cut?.[name] ?? 0) > 0);
  const range = (name: AxisName, count: number): string => {
    const axis = axisAround(name, run.context?.cut?.[name] ?? 0, count);
    const ends = t("from_to", { least: number(axis.min), most: number(valueAt(axis, count - 1)) });
    return t("axis_range", { axis: named("axis", name), range: `${ends}\u202f${UNITS[name]}`, n: number(count) });
  };
  const choice = (id: string, word: string, value: AxisName, other: AxisName, parameter: "x" | "y"): JSX.Element => (
    <div class="field">
      <label for={id}>{word}</label>
      <select id={id} value={value} onChange={(event) => go(withQuery({ [parameter]: event.currentTarget.value }))}>
        {there
          .filter((name) => name !== other)
          .map((name) => (
            <option key={name} value={name}>
              {range(name, STEPS[parameter])}
            </option>
          ))}
      </select>
    </div>
  );
  return (
    <section class="card" aria-labelledby="axes">
      <div class="card-in form">
        <h2 id="axes">{t("axes")}</h2>
        {choice("axis-x", t("across"), swept.x.name, swept.y.name, "x")}
        {choice("axis-y", t("up"), swept.y.name, swept.x.name, "y")}
        <label class="check">
          <input type="checkbox" checked={sampled} onChange={(event) => onSample(event.currentTarget.checked)} />
          {t("sample_tolerances")}
        </label>
      </div>
    </section>
  );
}

/** Values of a row that have a level, as ranges. */
function ranges(swept: Swept, row: number, levels: readonly RiskLevel[]): string {
  const { x, points } = swept;
  const found: Array<[number, number]> = [];
  for (let column = 0; column < x.count; column += 1) {
    const point = points[row * x.count + column];
    if (!point || !levels.includes(point.level)) continue;
    const last = found.at(-1);
    if (last && last[1] === column - 1) last[1] = column;
    else found.push([column, column]);
  }
  return found.map(([from, to]) => (from === to ? number(valueAt(x, from)) : t("from_to", { least: number(valueAt(x, from)), most: number(valueAt(x, to)) }))).join(", ") || "—";
}

function AsTable({ swept }: { swept: Swept }): JSX.Element {
  const rows = Array.from({ length: swept.y.count }, (_, at) => swept.y.count - 1 - at);
  return (
    <details>
      <summary class="btn plain">{t("same_as_table")}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("same_as_table")}>
        <table>
          <caption class="hidden-text">{t("map_title", { x: named("axis", swept.x.name), y: named("axis", swept.y.name) })}</caption>
          <thead>
            <tr>
              <th scope="col">{axisWord(swept.y)}</th>
              {[RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED].map((level) => (
                <th scope="col" key={level}>
                  {t("level_at", { level: levelWord(level), axis: axisWord(swept.x) })}
                </th>
              ))}
              <th scope="col">{levelWord(RiskLevel.UNKNOWN)}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{number(valueAt(swept.y, row))}</th>
                <td>{ranges(swept, row, [RiskLevel.GREEN])}</td>
                <td>{ranges(swept, row, [RiskLevel.YELLOW])}</td>
                <td>{ranges(swept, row, [RiskLevel.RED])}</td>
                <td>{ranges(swept, row, [RiskLevel.UNKNOWN, RiskLevel.ERROR])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

interface EvaluateProps {
  readonly run: Run;
  readonly axes: readonly [AxisName, AxisName];
  readonly values: readonly [number, number];
  readonly onClose: () => void;
}

/** A new run with these numbers; its verdict is the server's, not the cell's. */
function EvaluateDialog({ run, axes, values, onClose }: EvaluateProps): JSX.Element {
  const [serial, setSerial] = useState("");
  const changes = { [axes[0]]: values[0], [axes[1]]: values[1] };
  return (
    <ActDialog
      title={t("evaluate_as_run")}
      under={axes.map((name, at) => `${named("axis", name)} ${measure(values[at], UNITS[name])}`).join(", ")}
      keep={t("cancel")}
      act={t("evaluate")}
      onClose={onClose}
      write={async (idempotencyKey) => {
        const answer = await runs.createRun({
          design: run.design,
          context: contextWith(run, changes),
          mode: run.mode,
          linkage: { parentRunId: run.runId, instrumentSerial: serial.trim() },
          idempotencyKey,
        });
        if (answer.run) go(`/runs/${answer.run.runId}`);
      }}
    >
      <p>{t("evaluate_hint")}</p>
      <Field label={t("serial_of_instrument")} value={serial} onInput={setSerial} most={128} />
    </ActDialog>
  );
}
