/** Every dimension of the report, worst first. */
import type { JSX } from "preact";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { Assessment } from "../../gen/rmos/type/v1/feasibility_report_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { Level } from "../../parts/level.js";
import { named, number, t, tn } from "../../words/index.js";

/** Worst case order of the contract. */
const WORST_FIRST = [RiskLevel.ERROR, RiskLevel.RED, RiskLevel.UNKNOWN, RiskLevel.YELLOW, RiskLevel.GREEN];
const place = (level: RiskLevel): number => {
  const index = WORST_FIRST.indexOf(level);
  return index < 0 ? 0 : index;
};

export function worstFirst(assessments: readonly Assessment[]): Assessment[] {
  return [...assessments].sort((one, other) => place(one.risk) - place(other.risk) || (one.score ?? 101) - (other.score ?? 101));
}

export function Dimensions({ run }: { run: Run }): JSX.Element {
  const report = run.feasibility;
  const assessments = report?.assessments ?? [];
  const outside = assessments.filter((one) => one.risk !== RiskLevel.GREEN).length;
  return (
    <section class="card" aria-labelledby="dimensions">
      <header>
        <h2 id="dimensions">{t("dimensions")}</h2>
        <p class="small quiet">
          {report ? `${tn("looked_at", assessments.length)}, ${tn("outside_green", outside)} · ${report.engineId} ${report.engineVersion}` : t("no_report")}
        </p>
      </header>
      {assessments.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("dimensions_caption")}>
          <table class="dim stackable">
            <caption class="hidden-text">{t("dimensions_caption")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("dimension")}</th>
                <th scope="col">{t("level_score")}</th>
                <th scope="col">{t("of_its_limit")}</th>
                <th scope="col">{t("finding")}</th>
                <th scope="col">
                  <abbr title={t("grade_means")}>{t("grade")}</abbr>
                </th>
              </tr>
            </thead>
            <tbody>
              {worstFirst(assessments).map((one) => (
                <Dimension key={one.category} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Dimension({ one }: { one: Assessment }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="full">
        {named("category", one.category)}
      </th>
      <td>
        <Level level={one.risk} score={one.score} />
      </td>
      <td class="phone-off">{one.utilization !== undefined && <Meter share={one.utilization} />}</td>
      <td class="full">
        <bdi lang="en">{one.finding}</bdi>
        {[...one.unknownReasons.map((reason) => reason.description), ...one.warnings]
          .filter((text) => text && text !== one.finding)
          .map((text) => (
            <div class="small" key={text}>
              <bdi lang="en">{text}</bdi>
            </div>
          ))}
        {one.questions.map((question) => (
          <div class="small quiet" key={question.subject}>
            {t("not_stated")} <bdi lang="en">{question.description}</bdi>
          </div>
        ))}
      </td>
      <td class="phone-off quiet">{named("evidence", one.evidenceGrade)}</td>
    </tr>
  );
}

/** How much of the limit is used; the mark is the limit. */
function Meter({ share }: { share: number }): JSX.Element {
  const full = 72;
  return (
    <svg class="meter" viewBox="0 0 92 12" role="img" aria-label={t("share_of_limit", { share: number(share * 100, 0) })}>
      <rect class="back" y="3" width="92" height="6" />
      <rect class="fore" y="3" width={Math.min(92, Math.max(1, share * full))} height="6" />
      <line class="limit" x1={full} x2={full} y1="0" y2="12" />
    </svg>
  );
}
