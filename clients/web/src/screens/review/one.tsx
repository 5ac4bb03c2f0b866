/** One asset: the waiting picture beside the most alike one, what is known of it, and the decision. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { findAlike, type Alike, type Reviewed } from "../../calls/assets.js";
import { runs } from "../../calls/clients.js";
import { needCatalogue, woodName } from "../../calls/catalogue.js";
import { AssetState, AssetType, type AdvisoryAsset, type Review } from "../../gen/rmos/advisory/v1/advisory_service_pb.js";
import { AssetPicture } from "../../parts/asset_picture.js";
import { useAsk } from "../../parts/ask.js";
import { Level } from "../../parts/level.js";
import { Note } from "../../parts/notes.js";
import { shortcutsOn } from "../../parts/shortcuts.js";
import { idOf, isRunName } from "../../rules/ids.js";
import { measure, moment, named, number, t, tn } from "../../words/index.js";
import { Decision } from "./decision.js";
import { titleOf } from "./review.js";

interface OneProps extends Reviewed {
  readonly onStep: (by: number) => void;
  readonly onDecided: () => void;
  readonly onReload: () => void;
}

export function One({ asset, reviews, omitted, caption, concept, onStep, onDecided, onReload }: OneProps): JSX.Element {
  const [shown, setShown] = useState("");
  useKeys(onStep);
  useEffect(needCatalogue, []);
  return (
    <div class="cols">
      <section class="card" aria-labelledby="picture">
        <header>
          <h2 id="picture">
            <bdi>{titleOf(asset)}</bdi>
          </h2>
          <p class="small code">{asset.assetId}</p>
        </header>
        <div class="card-in stack">
          {asset.assetType === AssetType.IMAGE ? <Pair asset={asset} onShown={setShown} /> : <Text asset={asset} />}
          <Facts asset={asset} shown={shown} />
          <History reviews={reviews} omitted={omitted} />
        </div>
      </section>
      <aside aria-label={t("your_decision")}>
        <Decision asset={asset} caption={caption} concept={concept} shown={shown} onDecided={onDecided} onReload={onReload} />
      </aside>
    </div>
  );
}

/** J and K go on and back, 1 to 5 rate, A and R lead to the buttons; none of them decides. */
function useKeys(onStep: (by: number) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.closest("input:not([type=radio]), textarea, select, dialog");
      if (typing || !shortcutsOn() || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "j") onStep(1);
      else if (key === "k") onStep(-1);
      else if (/^[1-5]$/.test(key)) document.querySelector<HTMLInputElement>(`input[name=rating][value="${key}"]`)?.click();
      else if (key === "a") document.querySelector<HTMLElement>("#approve")?.focus();
      else if (key === "r") document.querySelector<HTMLElement>("#reject")?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

function alikeWords({ how }: Alike): string {
  const parts = [t("words_alike", { share: number(how.promptSimilarity * 100, 0) })];
  if (how.imageDistance !== undefined) parts.unshift(tn("bits_differ", how.imageDistance));
  return parts.join(", ");
}

function Pair({ asset, onShown }: { asset: AdvisoryAsset; onShown: (sha256: string) => void }): JSX.Element {
  const asked = useAsk((signal) => findAlike(asset.name, signal), [asset.name]);
  const [at, setAt] = useState(0);
  const [over, setOver] = useState(false);
  const [full, setFull] = useState(false);
  const [top, setTop] = useState(true);
  const sorted = [...(asked.data ?? [])].sort((one, other) => Number(other.asset.state === AssetState.APPROVED) - Number(one.asset.state === AssetState.APPROVED));
  const beside = sorted[at % Math.max(1, sorted.length)];
  const size = `${asset.imageWidthPx} × ${asset.imageHeightPx} px`;
  const own = <AssetPicture asset={asset} alt={t("waiting_picture", { words: titleOf(asset) })} size={360} onShown={onShown} />;
  const other = beside && <AssetPicture asset={beside.asset} alt={t("alike_picture", { words: titleOf(beside.asset) })} size={360} />;
  return (
    <>
      <div class={`pair ${full ? "full-size" : ""} ${over ? "over" : ""}`}>
        <figure class={over && !top ? "behind-it" : ""}>
          {own}
          <figcaption>
            <strong>{named("asset_state", asset.state)}.</strong> {size}, {asset.imageFormat}, <bdi>{`${asset.provider} ${asset.model}`}</bdi>,{" "}
            {measure(asset.costUsd, "USD", 2)}
          </figcaption>
        </figure>
        <figure>
          {other ?? <p class="nothing">{asked.busy ? t("loading") : t("nothing_alike")}</p>}
          {beside && (
            <figcaption>
              <strong>{t("most_alike", { state: named("asset_state", beside.asset.state) })}</strong> {alikeWords(beside)}{" "}
              <a href={`/review/${beside.asset.assetId}?state=approved`}>{beside.asset.assetId}</a>
            </figcaption>
          )}
        </figure>
      </div>
      <div class="btns">
        <button class="btn" type="button" aria-pressed={full} onClick={() => setFull(!full)}>
          {t("full_size")}
        </button>
        {beside && (
          <button class="btn" type="button" aria-pressed={over} onClick={() => (setOver(!over), setTop(true))}>
            {t("lay_over")}
          </button>
        )}
        {over && (
          <button class="btn" type="button" onClick={() => setTop(!top)}>
            {t("other_on_top")}
          </button>
        )}
        {sorted.length > 1 && (
          <button class="btn" type="button" onClick={() => setAt(at + 1)}>
            {t("next_alike")}
          </button>
        )}
      </div>
    </>
  );
}

/** Words of a program: shown as text. */
function Text({ asset }: { asset: AdvisoryAsset }): JSX.Element {
  const text = asset.suggestionData ? JSON.stringify(asset.suggestionData, null, 2) : "";
  return (
    <>
      <Note>{t("changes_no_level")}</Note>
      <pre class="written">
        <bdi lang="en">{text || t("no_picture")}</bdi>
      </pre>
    </>
  );
}

function Facts({ asset, shown }: { asset: AdvisoryAsset; shown: string }): JSX.Element {
  const reading = asset.reading;
  const understood = reading
    ? [reading.category, ...reading.woods.map(woodName), reading.bodyShape, reading.finish, ...reading.hardware, ...reading.inlays, reading.style].filter(Boolean)
    : [];
  return (
    <dl class="facts">
      <dt>{t("prompt")}</dt>
      <dd>
        <bdi>{asset.prompt || t("none_given")}</bdi>
      </dd>
      {reading && (
        <>
          <dt>{t("understood")}</dt>
          <dd>
            <bdi>{understood.join(" · ")}</bdi> · {t("share_of_words", { share: number(reading.confidence * 100, 0) })}
          </dd>
        </>
      )}
      <dt>{t("asked_by")}</dt>
      <dd>
        <bdi>{asset.requester || t("not_known")}</bdi>, {moment(asset.createTime)}
      </dd>
      {asset.assetType !== AssetType.IMAGE && (
        <>
          <dt>{t("made_by")}</dt>
          <dd>
            <bdi>{`${asset.provider} ${asset.model}`}</bdi>, {measure(asset.costUsd, "USD", 2)}
          </dd>
        </>
      )}
      {runsOf(asset).length > 0 && (
        <>
          <dt>{t("belongs_to")}</dt>
          <dd>
            {runsOf(asset).map((run) => (
              <RunLink key={run} name={run} />
            ))}
          </dd>
        </>
      )}
      {asset.warnings.length > 0 && (
        <>
          <dt>{t("warnings")}</dt>
          <dd>
            <bdi lang="en">{asset.warnings.join("; ")}</bdi>
          </dd>
        </>
      )}
      <dt>{t("shown_bytes")}</dt>
      <dd class="code">{shown || t("not_shown_yet")}</dd>
    </dl>
  );
}

/** Runs it was attached to, and the one that it says it is about. */
function runsOf(asset: AdvisoryAsset): readonly string[] {
  const about = asset.meta?.run;
  return [...new Set([...asset.runs, ...(typeof about === "string" && isRunName(about) ? [about] : [])])];
}

/** A run with its level. */
function RunLink({ name }: { name: string }): JSX.Element {
  const { data } = useAsk((signal) => runs.getRun({ name }, { signal }), [name]);
  return (
    <p>
      <a href={`/runs/${idOf(name)}`} class="code">
        {idOf(name)}
      </a>{" "}
      {data?.run?.decision && <Level level={data.run.decision.riskLevel} score={data.run.decision.score} />}
    </p>
  );
}

function History({ reviews, omitted }: { reviews: readonly Review[]; omitted: number }): JSX.Element | null {
  if (!reviews.length) return null;
  return (
    <section aria-labelledby="history">
      <h3 id="history">{t("decisions")}</h3>
      <ul class="list">
        {reviews.map((one, index) => (
          <li key={index}>
            <strong>
              <bdi>{one.reviewer}</bdi>
            </strong>{" "}
            {one.refused ? t("was_refused") : one.correction ? t("corrected") : one.reversal ? t("reversed") : ""} {named("asset_state", one.decision)},{" "}
            {moment(one.reviewTime)}
            <div class="quiet">
              <bdi>
                {[one.licence, one.caption, one.note, one.rejectionReason ? named("rejection", one.rejectionReason) : "", one.rating ? tn("rated", one.rating) : ""]
                  .filter(Boolean)
                  .join(" · ")}
              </bdi>
            </div>
          </li>
        ))}
        {omitted > 0 && <li class="quiet">{tn("older_refused", omitted)}</li>}
      </ul>
    </section>
  );
}
