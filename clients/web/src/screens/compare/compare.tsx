/** What changed from one run to another: verdict, what a person set, what follows, and every value by its path. */
import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema, type Value } from "@bufbuild/protobuf/wkt";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { machineName, needCatalogue, toolName, woodName } from "../../calls/catalogue.js";
import { runs } from "../../calls/clients.js";
import { watch } from "../../calls/live.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { DifferenceKind, type DiffRunsResponse, type RunDifference } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { useAsk } from "../../parts/ask.js";
import { labelOf, setByPerson } from "../../parts/difference_words.js";
import { Field, useAct } from "../../parts/dialog.js";
import { Icon } from "../../parts/icons.js";
import { Level } from "../../parts/level.js";
import { Note, ProblemNote, Shown } from "../../parts/notes.js";
import { Picture } from "../../parts/picture.js";
import { go, place, withQuery } from "../../parts/route.js";
import { Head } from "../../parts/title.js";
import { isDigest, isRunId, shortDigest } from "../../rules/ids.js";
import { afterCodes } from "../../rules/texts.js";
import { feed, length, measure, moment, named, number, t, tn } from "../../words/index.js";

interface Compared {
  readonly left: Run;
  readonly right: Run;
  readonly diff: DiffRunsResponse;
}

async function read(left: string, right: string, programs: boolean, signal: AbortSignal): Promise<Compared> {
  const names = [`runs/${left}`, `runs/${right}`] as const;
  const [one, other, diff] = await Promise.all([
    runs.getRun({ name: names[0] }, { signal }),
    runs.getRun({ name: names[1] }, { signal }),
    runs.diffRuns({ left: names[0], right: names[1], includeGcode: programs }, { signal, timeoutMs: 60_000 }),
  ]);
  return { left: one.run as Run, right: other.run as Run, diff };
}

/** How a run is called beside another: by its serial, else by its id. */
const callOf = (run: Run): string => run.linkage?.instrumentSerial || run.runId;

export default function CompareScreen(_: { id: string }): JSX.Element {
  const query = place.value.query;
  const [left, right] = [query.get("left") ?? "", query.get("right") ?? ""];
  useEffect(needCatalogue, []);
  if (!isRunId(left) || !isRunId(right)) return <Choose left={left} right={right} />;
  return <Both key={`${left}/${right}`} left={left} right={right} programs={query.get("programs") === "1"} />;
}

function Choose({ left, right }: { left: string; right: string }): JSX.Element {
  const [older, setOlder] = useState(left);
  const [newer, setNewer] = useState(right);
  const ready = isRunId(older.trim()) && isRunId(newer.trim());
  return (
    <>
      <Head title={t("compare_title")} crumbs={[{ to: "/runs", word: t("runs_title") }, { word: t("compare") }]} />
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) go(`/compare?left=${older.trim()}&right=${newer.trim()}`);
        }}
      >
        <div class="card-in form">
          <p>{t("compare_choose")}</p>
          <div class="two">
            <Field label={t("older_run")} hint="run_…" value={older} onInput={setOlder} most={16} />
            <Field label={t("newer_run")} hint="run_…" value={newer} onInput={setNewer} most={16} />
          </div>
          <div class="btns">
            <button class="btn main" type="submit" disabled={!ready}>
              {t("compare")}
            </button>
            <a class="btn" href="/runs">
              {t("choose_in_list")}
            </a>
          </div>
        </div>
      </form>
    </>
  );
}

function Both({ left, right, programs }: { left: string; right: string; programs: boolean }): JSX.Element {
  const asked = useAsk((signal) => read(left, right, programs, signal), [programs]);
  useEffect(() => watch(`run_id = ${left} OR run_id = ${right}`, () => asked.reload()), []);
  return (
    <Shown asked={asked} title={t("compare_title")}>
      {(compared) => {
        const { diff } = compared;
        const set = setByPerson(diff);
        return (
          <>
            <Head
              title={t("changed_from_to", { left: callOf(compared.left), right: callOf(compared.right) })}
              crumbs={[{ to: "/runs", word: t("runs_title") }, { word: t("compare") }]}
              sub={`${tn("values_differ", diff.totalCount)} ${tn("set_by_person", set.length)}`}
            >
              <a class="btn" href={withQuery({ left: right, right: left })}>
                {t("swap_sides")}
              </a>
              <a class="btn" href={withQuery({ programs: programs ? "" : "1" })}>
                {programs ? t("without_programs") : t("compare_programs")}
              </a>
            </Head>
            <Sentence set={set} left={compared.left} right={compared.right} />
            <Table compared={compared} set={set} />
            {programs && <ProgramDiff text={diff.gcodeDiff} />}
          </>
        );
      }}
    </Shown>
  );
}

/** What was set, in a row, and the two levels. It draws no conclusion. */
function Sentence({ set, left, right }: { set: readonly RunDifference[]; left: Run; right: Run }): JSX.Element {
  const words = [...new Set(set.map((one) => labelOf(one, right)))];
  const [before, after] = [left.decision?.riskLevel ?? RiskLevel.UNSPECIFIED, right.decision?.riskLevel ?? RiskLevel.UNSPECIFIED];
  return (
    <Note kind="here">
      <strong>{words.length ? t("set_differently", { what: words.join(", ") }) : t("nothing_set")}</strong>{" "}
      {before === after ? t("level_is_the_same", { level: named("level", after) }) : t("level_goes", { before: named("level", before), after: named("level", after) })}
    </Note>
  );
}

const MOST_SET = 40;

function Table({ compared, set }: { compared: Compared; set: readonly RunDifference[] }): JSX.Element {
  const { diff, left, right } = compared;
  const verdict = diff.differences.filter((one) => one.path === "status" || one.path.startsWith("decision."));
  const follows = diff.differences.filter((one) => one.path.startsWith("feasibility.") && one.path.endsWith(".finding"));
  const produced = diff.differences.filter((one) => one.term === "program" || one.term === "toolpaths");
  const keeping = useAct(async () => {
    await runs.diffRuns({ left: left.name, right: right.name, attachFull: true }, { timeoutMs: 60_000 });
  });
  const groups: ReadonlyArray<readonly [string, readonly RunDifference[]]> = [
    [t("verdict"), verdict.filter((one) => one.term !== "" || one.path === "decision.block_reason")],
    [t("set_by_a_person"), [...set.slice(0, MOST_SET), ...produced]],
    [t("what_follows"), follows],
  ];
  return (
    <section class="card" aria-label={t("differences")}>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("differences_caption")}>
        <table class="compare">
          <caption class="hidden-text">{t("differences_caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("value")}</th>
              <SideHead run={left} />
              <SideHead run={right} />
            </tr>
          </thead>
          {groups.map(
            ([title, rows]) =>
              rows.length > 0 && (
                <tbody key={title}>
                  <tr class="group">
                    <th colSpan={3} scope="rowgroup">
                      {title}
                    </th>
                  </tr>
                  {rows.map((one) => (
                    <Row key={one.path} one={one} label={labelOf(one, right)} />
                  ))}
                </tbody>
              ),
          )}
          <Same left={left} right={right} />
        </table>
      </div>
      <div class="foot">
        <details class="all-values">
          <summary class="btn plain">{t("all_values")}</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label={t("all_values")}>
            <table>
              <caption class="hidden-text">{t("all_values")}</caption>
              <tbody>
                {diff.differences.map((one) => (
                  <Row key={one.path} one={one} label={one.path} code />
                ))}
              </tbody>
            </table>
          </div>
        </details>
        {diff.truncated && (
          <Note kind="warn">
            {tn("left_out", diff.totalCount - diff.differences.length)}{" "}
            <button class="btn" type="button" onClick={keeping.send} disabled={keeping.sending}>
              <Icon name="download" />
              {t("keep_full")}
            </button>
          </Note>
        )}
        {keeping.problem && <ProblemNote problem={keeping.problem} writing onRetry={keeping.send} />}
      </div>
    </section>
  );
}

function SideHead({ run }: { run: Run }): JSX.Element {
  return (
    <th scope="col">
      <div class="sidehead">
        <Picture name={run.name} sha256={run.hashes?.documentSha256 ?? ""} mode={run.mode} size={64} />
        <div>
          <a href={`/runs/${run.runId}`}>
            <bdi>{run.linkage?.instrumentSerial ? `${t("serial")} ${run.linkage.instrumentSerial}` : run.design?.name || run.runId}</bdi>
          </a>
          <div class="small quiet">
            {moment(run.createTime)} · <span class="code">{run.runId}</span>
          </div>
        </div>
      </div>
    </th>
  );
}

function Row({ one, label, code = false }: { one: RunDifference; label: string; code?: boolean }): JSX.Element {
  return (
    <tr>
      <th scope="row" class={code ? "code" : ""}>
        <bdi>{label}</bdi>
        <div class="kind">{named("severity", one.severity)}</div>
      </th>
      <td class="diff">{one.kind === DifferenceKind.ADDED ? "—" : <Shape path={one.path} value={one.left} />}</td>
      <td class="diff">{one.kind === DifferenceKind.REMOVED ? "—" : <Shape path={one.path} value={one.right} />}</td>
    </tr>
  );
}

/** Units as the names of fields end with them. */
const UNITS = [
  ["_mm_per_min", "mm/min"],
  ["_mm", "mm"],
  ["_rpm", "rpm"],
  ["_deg", "°"],
  ["_n", "N"],
  ["_w", "W"],
  ["_s", "s"],
] as const;

function quantity(path: string, value: number): string {
  const unit = UNITS.find(([ending]) => path.endsWith(ending))?.[1];
  if (unit === "mm/min") return feed(value);
  return unit === undefined ? number(value) : unit === "mm" ? length(value) : measure(value, unit);
}

/** A value of a record as text; levels as levels. */
function Shape({ path, value }: { path: string; value: Value | undefined }): JSX.Element {
  const json: JsonValue = value ? toJson(ValueSchema, value) : null;
  if (path === "decision.risk_level" && typeof json === "string") return <Level level={RiskLevel[json as keyof typeof RiskLevel] ?? RiskLevel.UNSPECIFIED} />;
  if (path === "decision.gate_decision" && typeof json === "string") return <>{named("gate_word", json)}</>;
  if (path === "decision.block_reason" && typeof json === "string") return <bdi lang="en">{afterCodes(json)}</bdi>;
  if (typeof json === "number") return <>{quantity(path, json)}</>;
  if (typeof json === "string") return isDigest(json) ? <span class="code">{shortDigest(json)}</span> : <bdi lang="en">{json}</bdi>;
  return <bdi class="code">{JSON.stringify(json)}</bdi>;
}

/** What matters and is the same in both. */
function Same({ left, right }: { left: Run; right: Run }): JSX.Element | null {
  const facts = (run: Run): Array<[string, string]> => [
    [t("wood"), woodName(run.context?.material?.materialId ?? "")],
    [t("bit"), toolName(run.context?.tool?.toolId ?? "")],
    [t("machine"), machineName(run.context?.machine?.machineId ?? "")],
    [t("engine"), `${run.feasibility?.engineId ?? ""} ${run.feasibility?.engineVersion ?? ""}`.trim()],
  ];
  const other = new Map(facts(right));
  const same = facts(left).filter(([name, value]) => value && other.get(name) === value);
  if (!same.length) return null;
  return (
    <tbody>
      <tr class="group">
        <th colSpan={3} scope="rowgroup">
          {t("same_in_both")}
        </th>
      </tr>
      {same.map(([name, value]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>
            <bdi>{value}</bdi>
          </td>
          <td>
            <bdi>{value}</bdi>
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** The difference of the programs as text: + and − stand in the margin. */
function ProgramDiff({ text }: { text: string }): JSX.Element {
  const lines = text.split("\n");
  return (
    <section class="card" aria-labelledby="program-diff">
      <header>
        <h2 id="program-diff">{t("programs")}</h2>
      </header>
      {text ? (
        <pre class="card-in program-diff" tabIndex={0}>
          {lines.map((line, index) => (
            <div key={index} class={line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : ""}>
              {line || " "}
            </div>
          ))}
        </pre>
      ) : (
        <p class="card-in">{t("programs_equal")}</p>
      )}
    </section>
  );
}
