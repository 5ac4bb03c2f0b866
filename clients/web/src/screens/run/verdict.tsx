/** The verdict: level, score, the sentence that decides, what helps, and the drawing. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { RiskLevelInfo } from "../../gen/rmos/feasibility/v1/feasibility_service_pb.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { Level, levelWord } from "../../parts/level.js";
import { Picture, signOf } from "../../parts/picture.js";
import { measure, named, number, partName, t } from "../../words/index.js";

/** Levels with the least score of each, from the server. */
const levels = signal<readonly RiskLevelInfo[] | undefined>(undefined);
let asked = false;

export function needLevels(): void {
  if (asked) return;
  asked = true;
  import("../../calls/feasibility.js")
    .then(({ feasibility }) => feasibility.listRiskLevels({ pageSize: 100 }))
    .then(
      (answer) => (levels.value = answer.riskLevels),
      () => (asked = false),
    );
}

export function bindingFinding(run: Run): string {
  const report = run.feasibility;
  const binding = report?.assessments.find((one) => one.category === report.bindingCategory);
  return binding?.finding || binding?.unknownReasons[0]?.description || "";
}

export function Verdict({ run }: { run: Run }): JSX.Element {
  useEffect(needLevels, []);
  const level = run.decision?.riskLevel ?? RiskLevel.UNSPECIFIED;
  const report = run.feasibility;
  const finding = bindingFinding(run);
  const help = report?.recommendations[0];
  return (
    <>
      <h2 id="verdict-heading" class="hidden-text">
        {t("verdict")}
      </h2>
      <div class="verdict">
        <div>
          <Level level={level} score={run.decision?.score} long />
          <p class="why">
            {finding ? (
              <>
                {named("category", report?.bindingCategory ?? 0)}: <bdi lang="en">{finding}</bdi>
              </>
            ) : (
              <bdi lang="en">{run.errors[0] ?? t("no_report")}</bdi>
            )}
          </p>
          {help && level !== RiskLevel.GREEN && (
            <p class="help">
              <strong>{t("what_helps")}</strong> <bdi lang="en">{help.text}</bdi>
              {help.resultingRisk !== RiskLevel.UNSPECIFIED && (
                <span class="nowrap">
                  {t("then")} <Level level={help.resultingRisk} />
                </span>
              )}
            </p>
          )}
          <Ruler score={run.decision?.score} levels={levels.value} />
        </div>
        <figure class="drawing">
          <Picture name={run.name} sha256={run.hashes?.documentSha256 ?? ""} mode={run.mode} size={220} alt={drawingWords(run)} />
          <figcaption>{caption(run)}</figcaption>
        </figure>
      </div>
    </>
  );
}

/** What the drawing shows, for those who do not see it. */
function drawingWords(run: Run): string {
  const part = partName(run.design?.name);
  const operation = run.design?.operation;
  const rings = operation?.case === "rosetteChannel" ? operation.value.rings : [];
  return rings.length ? t("drawing_of_rings", { part, rings: rings.map((ring) => named("ring", ring.pattern)).join(", ") }) : t("drawing_of", { part });
}

function caption(run: Run): string {
  const operation = run.design?.operation;
  if (operation?.case !== "rosetteChannel") return signOf(run.mode) === "rosette" ? t("drawn_by") : t("no_drawing");
  const { innerRadiusMm, outerRadiusMm, depthMm } = operation.value;
  if (innerRadiusMm === undefined || outerRadiusMm === undefined) return t("drawn_by");
  return `${t("drawn_by")} ${t("channel_size", {
    inner: number(innerRadiusMm * 2),
    outer: measure(outerRadiusMm * 2, "mm"),
    depth: measure(depthMm, "mm"),
  })}`;
}

const LEFT = 10;
const PER_POINT = 4.8;
const x = (score: number): number => LEFT + score * PER_POINT;

/** The scale of scores; where a level begins is the server's word. Without it no zones are drawn. */
function Ruler({ score, levels: known }: { score: number | undefined; levels: readonly RiskLevelInfo[] | undefined }): JSX.Element | null {
  if (score === undefined || !known) return null;
  const starts = known
    .filter((one) => one.minScore !== undefined && [RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED].includes(one.level))
    .map((one) => ({ level: one.level, from: one.minScore ?? 0 }))
    .sort((one, other) => one.from - other.from);
  const edges = [...new Set([0, ...starts.map((one) => one.from), 100])].sort((one, other) => one - other);
  const words = starts.map((one) => t("ruler_from", { level: levelWord(one.level), from: number(one.from) })).join(", ");
  return (
    <svg class="ruler" viewBox="0 0 500 54" role="img" aria-label={`${t("score_is", { score: number(score, 0) })} ${words}`}>
      {starts.map(({ level, from }, index) => {
        const to = starts[index + 1]?.from ?? 100;
        const [zone, y, height] = level === RiskLevel.GREEN ? ["g", 22, 13] : level === RiskLevel.YELLOW ? ["y", 24, 9] : ["r", 26, 5];
        return <rect key={level} class={`zone-${zone}`} x={x(from)} y={y} width={(to - from) * PER_POINT} height={height} />;
      })}
      {Array.from({ length: 21 }, (_, tick) => (
        <line key={tick} x1={x(tick * 5)} x2={x(tick * 5)} y1={tick % 2 ? 14 : 10} y2="22" stroke-width={tick % 2 ? 1 : 1.4} />
      ))}
      {edges.map((edge) => (
        <text key={edge} x={x(edge)} y="48" text-anchor="middle">
          {number(edge)}
        </text>
      ))}
      <path class="at" d={`M${x(score)} 20l-7-14h14z`} />
    </svg>
  );
}
