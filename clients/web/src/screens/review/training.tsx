/** What approved pictures are good for: whether a training set can leave, and those that did. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { watchAssets } from "../../calls/advisory.js";
import { teaching } from "../../calls/teaching.js";
import type { GetTrainingReadinessResponse, TrainingExport } from "../../gen/rmos/teaching/v1/teaching_service_pb.js";
import { useAsk } from "../../parts/ask.js";
import { Marked } from "../../parts/level.js";
import { Note, Shown } from "../../parts/notes.js";
import { shortDigest } from "../../rules/ids.js";
import { moment, number, t, tn } from "../../words/index.js";

const MOST_EXPORTS = 50;

export function TrainingSet(): JSX.Element {
  const asked = useAsk(
    async (signal) => ({
      ready: await teaching.getTrainingReadiness({}, { signal }),
      left: await teaching.listTrainingExports({ pageSize: MOST_EXPORTS }, { signal }),
    }),
    [],
  );
  useEffect(() => watchAssets(() => asked.reload()), []);
  return (
    <Shown asked={asked}>
      {({ ready, left }) => (
        <>
          <Readiness ready={ready} />
          <Exports exports={left.exports} more={left.nextPageToken !== ""} />
        </>
      )}
    </Shown>
  );
}

const counts = (of: Readonly<Record<string, number>>): Array<[string, number]> => Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1));

function Readiness({ ready }: { ready: GetTrainingReadinessResponse }): JSX.Element {
  const [reasons, thin, warnings] = [counts(ready.reasonCounts), counts(ready.thinConcepts), Object.values(ready.warnings)];
  return (
    <section class="card" aria-labelledby="readiness">
      <header>
        <h2 id="readiness">{t("training_set")}</h2>
      </header>
      <div class="card-in">
        <p>
          <Marked shape={ready.ready ? "green" : "yellow"}>{ready.ready ? t("training_ready") : tn("training_missing", ready.missingCount)}</Marked>
        </p>
        <dl class="facts">
          <dt>{t("training_usable")}</dt>
          <dd>{number(ready.usableCount)}</dd>
          <Counted title={t("training_left_out")} entries={reasons} />
          <Counted title={t("training_thin")} entries={thin} />
          {warnings.length > 0 && (
            <>
              <dt>{t("warnings")}</dt>
              <dd>
                <bdi lang="en">{warnings.join("; ")}</bdi>
              </dd>
            </>
          )}
        </dl>
        <p class="small quiet">{t("training_word")}</p>
      </div>
    </section>
  );
}

function Counted({ title, entries }: { title: string; entries: ReadonlyArray<readonly [string, number]> }): JSX.Element | null {
  if (!entries.length) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>
        {entries.map(([name, count]) => (
          <div key={name}>
            <bdi lang="en">{name}</bdi>: {number(count)}
          </div>
        ))}
      </dd>
    </>
  );
}

function Exports({ exports, more }: { exports: readonly TrainingExport[]; more: boolean }): JSX.Element {
  if (!exports.length) return <Note>{t("no_exports")}</Note>;
  return (
    <section class="card" aria-labelledby="exports">
      <header>
        <h2 id="exports">{t("exports")}</h2>
      </header>
      <div class="card-in">
        <ul class="list">
          {exports.map((one) => (
            <li key={one.name}>
              <strong>{tn("pictures_left", one.imageCount)}</strong> {moment(one.createTime)} · <span class="code">{one.exportId}</span>
              <div class="small quiet">
                <bdi>{counts(one.conceptCounts).map(([concept, count]) => `${concept}: ${number(count)}`).join(", ")}</bdi> · <span class="code">{shortDigest(one.digest)}</span>
              </div>
              {one.revokedAssets.length > 0 && <Marked shape="yellow">{tn("revoked_since", one.revokedAssets.length)}</Marked>}
            </li>
          ))}
        </ul>
        {more && <p class="quiet">{t("more_exports")}</p>}
      </div>
    </section>
  );
}
