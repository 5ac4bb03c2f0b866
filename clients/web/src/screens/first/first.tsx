/** The first verdict: both servers answer, an example is evaluated, and its numbers become one's own job. */
import { clone, create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { catalogue, needCatalogue } from "../../calls/catalogue.js";
import { runs } from "../../calls/clients.js";
import { OF_FEASIBILITY, system } from "../../calls/system.js";
import { stayLive } from "../../calls/live.js";
import type { Problem } from "../../calls/problem.js";
import { RUNS } from "../../calls/session.js";
import { ContextSchema, CutSchema, MachineSchema, MaterialSchema, StockSchema, ToolSchema, type Context } from "../../gen/rmos/type/v1/context_pb.js";
import { DesignSchema } from "../../gen/rmos/type/v1/design_pb.js";
import { useAsk } from "../../parts/ask.js";
import { useAct } from "../../parts/dialog.js";
import { ProblemNote } from "../../parts/notes.js";
import { go } from "../../parts/route.js";
import { t, tn } from "../../words/index.js";
import { ActButton } from "../run/gate_acts.js";
import example from "./example.json";
import drawing from "./example.svg";

const design = fromJson(DesignSchema, example.design as JsonObject);
const context = fromJson(ContextSchema, example.context as JsonObject);

export default function FirstScreen(_: { id: string }): JSX.Element {
  const [mine, setMine] = useState(false);
  const servers = useAsk((signal) => Promise.all([system.getServerInfo({}, { signal }), system.getServerInfo({}, { ...OF_FEASIBILITY, signal })]), []);
  const known = catalogue.value;
  const doing = useAct(async (idempotencyKey) => {
    const answer = await runs.createRun({ design, context, mode: example.mode, meta: { example: true }, idempotencyKey });
    if (answer.run) go(`/runs/${answer.run.runId}`);
  });
  useEffect(needCatalogue, []);
  useEffect(stayLive, []);
  useEffect(() => {
    document.title = `${t("can_it_be_cut")} · RMOS`;
  }, []);
  const versions = servers.data?.map((answer) => `${answer.serverInfo?.server} ${answer.serverInfo?.version}`).join(" · ");
  return (
    <>
      <section class="card first">
        <div>
          <h1>{t("can_it_be_cut")}</h1>
          <p class="quiet">{t("first_word")}</p>
          <ol class="steps">
            <li class={servers.data ? "done" : ""}>
              <div>
                <strong>{servers.data ? t("both_answer") : servers.problem ? t("not_both_answer") : t("asking_both")}</strong>
                <div class="small quiet">
                  {versions}
                  {known && ` · ${tn("woods", known.materials.length)}, ${tn("machines", known.machines.length)}`}
                </div>
              </div>
            </li>
            <li>
              <div>
                <strong>{t("first_verdict")}</strong>
                <div class="small quiet">{t("example_word")}</div>
              </div>
            </li>
            <li>
              <div>
                <strong>{t("own_machine")}</strong>
                <div class="small quiet">{t("own_machine_word")}</div>
              </div>
            </li>
          </ol>
          {servers.problem && <ProblemNote problem={servers.problem} onRetry={servers.reload} />}
          <div class="btns">
            <ActButton method={`${RUNS}/CreateRun`} word={doing.sending ? t("sending") : t("evaluate_example")} lacking={t("lacking.operator")} main glove onPress={doing.send} />
            <button class="btn glove" type="button" aria-expanded={mine} onClick={() => setMine(!mine)}>
              {t("make_it_mine")}
            </button>
          </div>
          <p class="small quiet">{t("example_recorded")}</p>
          {doing.problem && <ProblemNote problem={doing.problem} writing onRetry={doing.send} />}
        </div>
        <figure class="first-sign">
          <img src={new URL(drawing, import.meta.url).href} width="460" height="460" alt={t("example_drawing")} />
          <figcaption class="small quiet">{t("example_figure")}</figcaption>
        </figure>
      </section>
      {mine && <OwnJob />}
    </>
  );
}

/** Numbers of the cut and the stock that the form asks for, by the field the server names in its errors. */
const NUMBERS = [
  ["context.cut.spindle_speed_rpm", "axis.spindleSpeedRpm", "rpm"],
  ["context.cut.feed_rate_mm_per_min", "axis.feedRateMmPerMin", "mm/min"],
  ["context.cut.plunge_rate_mm_per_min", "axis.plungeRateMmPerMin", "mm/min"],
  ["context.cut.axial_depth_mm", "axis.axialDepthMm", "mm"],
  ["context.cut.radial_width_mm", "axis.radialWidthMm", "mm"],
  ["context.stock.thickness_mm", "stock_thickness", "mm"],
] as const;

type NumberField = (typeof NUMBERS)[number][0];
type Numbers = Readonly<Record<NumberField, string>>;

const START: Numbers = {
  "context.cut.spindle_speed_rpm": String(context.cut?.spindleSpeedRpm ?? ""),
  "context.cut.feed_rate_mm_per_min": String(context.cut?.feedRateMmPerMin ?? ""),
  "context.cut.plunge_rate_mm_per_min": String(context.cut?.plungeRateMmPerMin ?? ""),
  "context.cut.axial_depth_mm": String(context.cut?.axialDepthMm ?? ""),
  "context.cut.radial_width_mm": String(context.cut?.radialWidthMm ?? ""),
  "context.stock.thickness_mm": String(context.stock?.thicknessMm ?? ""),
};

const read = (text: string): number | undefined => (text.trim() === "" ? undefined : Number(text.replace(",", ".")));

/** The example's context with what somebody wrote; an empty field is not stated. */
function contextOf(numbers: Numbers, material: string, tool: string, machine: string): Context {
  const made = clone(ContextSchema, context);
  made.cut = Object.assign(made.cut ?? create(CutSchema), {
    spindleSpeedRpm: read(numbers["context.cut.spindle_speed_rpm"]),
    feedRateMmPerMin: read(numbers["context.cut.feed_rate_mm_per_min"]),
    plungeRateMmPerMin: read(numbers["context.cut.plunge_rate_mm_per_min"]),
    axialDepthMm: read(numbers["context.cut.axial_depth_mm"]),
    radialWidthMm: read(numbers["context.cut.radial_width_mm"]),
  });
  made.stock = Object.assign(made.stock ?? create(StockSchema), { thicknessMm: read(numbers["context.stock.thickness_mm"]) });
  made.material = Object.assign(made.material ?? create(MaterialSchema), { materialId: material });
  made.tool = Object.assign(made.tool ?? create(ToolSchema), { toolId: tool });
  made.machine = Object.assign(made.machine ?? create(MachineSchema), { machineId: machine });
  return made;
}

function OwnJob(): JSX.Element {
  const [name, setName] = useState(design.name || t("unnamed_part"));
  const [serial, setSerial] = useState("");
  const [numbers, setNumbers] = useState(START);
  const [material, setMaterial] = useState(context.material?.materialId ?? "");
  const [tool, setTool] = useState(context.tool?.toolId ?? "");
  const [machine, setMachine] = useState(context.machine?.machineId ?? "");
  const wrong = NUMBERS.filter(([field]) => Number.isNaN(read(numbers[field]) ?? 0)).map(([field]) => field);
  const doing = useAct(async (idempotencyKey) => {
    const own = clone(DesignSchema, design);
    own.name = name;
    const asked = { design: own, context: contextOf(numbers, material, tool, machine), mode: example.mode };
    const answer = await runs.createRun({ ...asked, linkage: { instrumentSerial: serial.trim() }, idempotencyKey });
    if (answer.run) go(`/runs/${answer.run.runId}`);
  });
  const known = catalogue.value;
  return (
    <form
      class="card"
      aria-labelledby="own-job"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong.length) doing.send();
      }}
    >
      <div class="card-in form">
        <h2 id="own-job">{t("own_job")}</h2>
        <div class="two">
          <Text id="own-name" label={t("part")} field="design.name" value={name} onInput={setName} problem={doing.problem} />
          <Text id="own-serial" label={t("serial_of_instrument")} field="linkage.instrument_serial" value={serial} onInput={setSerial} problem={doing.problem} />
          <Pick id="own-wood" label={t("wood")} value={material} onChange={setMaterial} entries={known?.materials.map((one) => [one.material?.materialId ?? "", one.displayName])} />
          <Pick id="own-bit" label={t("bit")} value={tool} onChange={setTool} entries={known?.tools.map((one) => [one.tool?.toolId ?? "", one.displayName])} />
          <Pick id="own-machine" label={t("machine")} value={machine} onChange={setMachine} entries={known?.machines.map((one) => [one.machine?.machineId ?? "", one.displayName])} />
          {NUMBERS.map(([field, word, unit]) => (
            <Text
              key={field}
              id={field}
              label={t(word)}
              unit={unit}
              field={field}
              value={numbers[field]}
              onInput={(value) => setNumbers({ ...numbers, [field]: value })}
              problem={doing.problem}
              wrong={wrong.includes(field)}
            />
          ))}
        </div>
        {doing.problem && <ProblemNote problem={doing.problem} writing onRetry={doing.problem.nothingRecorded ? undefined : doing.send} />}
        <div class="btns">
          <ActButton method={`${RUNS}/CreateRun`} word={doing.sending ? t("sending") : t("evaluate")} lacking={t("lacking.operator")} main glove onPress={() => !wrong.length && doing.send()} />
          <span class="small quiet">{t("own_job_hint")}</span>
        </div>
      </div>
    </form>
  );
}

interface TextProps {
  readonly id: string;
  readonly label: string;
  readonly field: string;
  readonly unit?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly problem: Problem | undefined;
  readonly wrong?: boolean;
}

/** A field with what the server says of it. */
function Text({ id, label, field, unit = "", value, onInput, problem, wrong = false }: TextProps): JSX.Element {
  const told = wrong ? t("no_number") : (problem?.fields.find((one) => one.field === field)?.text ?? "");
  return (
    <div class="field">
      <label for={id}>
        {label} {unit && <span class="hint">{unit}</span>}
      </label>
      <input
        id={id}
        maxLength={128}
        inputMode={unit ? "decimal" : undefined}
        aria-invalid={told ? true : undefined}
        aria-describedby={told ? `${id}-told` : undefined}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {told && (
        <p class="small told" id={`${id}-told`}>
          <bdi lang={wrong ? undefined : "en"}>{told}</bdi>
        </p>
      )}
    </div>
  );
}

interface PickProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly entries: ReadonlyArray<readonly [string, string]> | undefined;
  readonly onChange: (value: string) => void;
}

function Pick({ id, label, value, entries, onChange }: PickProps): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {!entries && <option value={value}>{value}</option>}
        {entries?.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}
