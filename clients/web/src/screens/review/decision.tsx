/** The decision about an asset: rating, licence, concept, caption, note; what was shown is named by its digest. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { advisory } from "../../calls/advisory.js";
import { needServerInfo, serverInfo } from "../../calls/system.js";
import { silence } from "../../calls/live.js";
import { ADVISORY, may, nobodyAsks, statedName } from "../../calls/session.js";
import { AssetState, AssetType, RejectionReason, type AdvisoryAsset } from "../../gen/rmos/advisory/v1/advisory_service_pb.js";
import { ActDialog, Field, InNameOf, person, useAct } from "../../parts/dialog.js";
import { Note, ProblemNote } from "../../parts/notes.js";
import { moment, named, t } from "../../words/index.js";

interface Props {
  readonly asset: AdvisoryAsset;
  /** What stands in the fields at first. */
  readonly caption: string;
  readonly concept: string;
  readonly shown: string;
  readonly onDecided: () => void;
  readonly onReload: () => void;
}

/** Refusals that say that the asset is no longer what is seen. */
const OUTDATED: ReadonlySet<string> = new Set(["REVIEW_ALREADY_DECIDED", "CONCURRENT_CHANGE", "IDEMPOTENCY_KEY_REUSED"]);
const REASONS = Object.values(RejectionReason).filter((value): value is RejectionReason => typeof value === "number" && value > 0);

export function Decision({ asset, shown, onDecided, onReload, ...first }: Props): JSX.Element {
  const rating = useSignal(asset.rating);
  const licence = useSignal(asset.licence);
  const concept = useSignal(first.concept);
  const caption = useSignal(first.caption);
  const note = useSignal("");
  const [dialog, setDialog] = useState<"reject" | "reverse" | undefined>();
  useEffect(needServerInfo, []);
  const policy = serverInfo.value?.reviewPolicy; // offered to choose from; anything else may be written
  const isPicture = asset.assetType === AssetType.IMAGE;
  const decided = asset.state !== AssetState.PENDING;
  const fields = { name: asset.name, rating: rating.value, licence: licence.value.trim(), caption: caption.value.trim(), concept: concept.value.trim(), shownSha256: shown };
  const approving = useAct(async (idempotencyKey) => {
    await advisory.reviewAdvisoryAsset({ ...fields, idempotencyKey, reviewer: person(), note: note.value, decision: AssetState.APPROVED, reversal: decided });
    onDecided();
  });
  useEffect(() => {
    if (OUTDATED.has(approving.problem?.reason ?? "")) onReload();
  }, [approving.problem]);
  const lacks = !may(`${ADVISORY}/ReviewAdvisoryAsset`)
    ? t("lacking.review")
    : silence.value > 0
      ? t("not_live_no_acts")
      : nobodyAsks.value && !statedName.value.trim()
        ? t("name_missing")
        : asset.contentSha256 && !shown
          ? t("not_shown_cannot_decide")
          : "";
  const lacksLicence = isPicture && !licence.value.trim() ? t("licence_missing") : "";
  return (
    <form class="card" onSubmit={(event) => event.preventDefault()}>
      <div class="card-in form">
        <h2>{decided ? t("decided") : t("your_decision")}</h2>
        {decided && (
          <Note kind={asset.state === AssetState.APPROVED ? "good" : "bad"} shape={asset.state === AssetState.APPROVED ? "green" : "red"}>
            {named("asset_state", asset.state)}, <bdi>{asset.reviewedBy}</bdi>, {moment(asset.reviewTime)}
            {asset.reviewNote && (
              <div>
                “<bdi>{asset.reviewNote}</bdi>”
              </div>
            )}
          </Note>
        )}
        <fieldset>
          <legend>{t("rating")}</legend>
          <div class="stars">
            {[1, 2, 3, 4, 5].map((value) => (
              <label key={value}>
                <span class="hidden-text">{t("rating")} </span>
                <input type="radio" name="rating" value={value} checked={rating.value === value} onChange={() => (rating.value = value)} />
                {value}
              </label>
            ))}
          </div>
        </fieldset>
        <div class="field">
          <label for="licence">
            {t("licence")} <span class="hint">{t("licence_hint")}</span>
          </label>
          <input id="licence" list="licences" maxLength={200} value={licence.value} onInput={(event) => (licence.value = event.currentTarget.value)} />
          <datalist id="licences">
            {policy?.licences.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </div>
        <div class="field">
          <label for="concept">
            {t("concept")} <span class="hint">{t("concept_hint")}</span>
          </label>
          <input id="concept" list="concepts" maxLength={100} value={concept.value} onInput={(event) => (concept.value = event.currentTarget.value)} />
          <datalist id="concepts">
            {policy?.concepts.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </div>
        <div class="field">
          <label for="caption">
            {t("caption")} <span class="hint">{t("caption_hint")}</span>
          </label>
          <textarea id="caption" maxLength={policy?.maxCaptionLength || 1000} value={caption.value} onInput={(event) => (caption.value = event.currentTarget.value.replaceAll("\n", " "))} />
        </div>
        <Field label={t("note")} value={note.value} onInput={(value) => (note.value = value)} most={2000} />
        <InNameOf />
        {decided ? (
          <div class="btns">
            <button class="btn glove" type="button" disabled={lacks !== ""} onClick={() => setDialog("reverse")}>
              {t("reverse_dots")}
            </button>
          </div>
        ) : (
          <div class="btns">
            <button class="btn main glove" id="approve" type="button" disabled={approving.sending || lacks !== "" || lacksLicence !== ""} onClick={approving.send}>
              {approving.sending ? t("sending") : t("approve")}
            </button>
            <button class="btn glove" id="reject" type="button" disabled={lacks !== ""} onClick={() => setDialog("reject")}>
              {t("reject_dots")}
            </button>
          </div>
        )}
        {(lacks || (!decided && lacksLicence)) && (
          <p class="small quiet" role="status">
            {lacks || lacksLicence}
          </p>
        )}
        {approving.problem && (
          <ProblemNote problem={approving.problem} writing onRetry={approving.problem.nothingRecorded || approving.problem.damaged ? undefined : approving.send} />
        )}
        <p class="small quiet">{t("decision_stays")}</p>
      </div>
      {dialog && <OtherDecision asset={asset} fields={fields} reversal={dialog === "reverse"} onClose={() => setDialog(undefined)} onDone={() => (setDialog(undefined), onDecided())} />}
    </form>
  );
}

interface OtherProps {
  readonly asset: AdvisoryAsset;
  readonly fields: { readonly name: string; readonly rating: number; readonly licence: string; readonly caption: string; readonly concept: string; readonly shownSha256: string };
  readonly reversal: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Rejecting, or taking an earlier decision back: both say why. */
function OtherDecision({ asset, fields, reversal, onClose, onDone }: OtherProps): JSX.Element {
  const [reason, setReason] = useState<RejectionReason>(RejectionReason.UNSPECIFIED);
  const [note, setNote] = useState("");
  const rejecting = !reversal || asset.state === AssetState.APPROVED;
  const decision = rejecting ? AssetState.REJECTED : AssetState.APPROVED;
  const noteNeeded = reversal || reason === RejectionReason.OTHER;
  const lacks =
    rejecting && reason === RejectionReason.UNSPECIFIED
      ? t("rejection_missing")
      : noteNeeded && !note.trim()
        ? t("note_missing")
        : !rejecting && !fields.licence
          ? t("licence_missing")
          : "";
  return (
    <ActDialog
      title={reversal ? t("reverse_title") : t("reject_title")}
      under={<span class="code">{asset.assetId}</span>}
      keep={t("cancel")}
      act={rejecting ? t("reject") : t("approve")}
      lacks={lacks}
      onClose={onClose}
      write={async (idempotencyKey) => {
        const why = rejecting ? { rejectionReason: reason } : {};
        await advisory.reviewAdvisoryAsset({ ...fields, ...why, idempotencyKey, reviewer: person(), note, decision, reversal });
        onDone();
      }}
    >
      {reversal && <Note kind="warn">{t("reversal_hint")}</Note>}
      {rejecting && (
        <div class="field">
          <label for="rejection">{t("why")}</label>
          <select id="rejection" value={reason} onChange={(event) => setReason(Number(event.currentTarget.value))}>
            <option value={0}>—</option>
            {REASONS.map((one) => (
              <option key={one} value={one}>
                {named("rejection", one)}
              </option>
            ))}
          </select>
        </div>
      )}
      <Field label={t("note")} hint={noteNeeded ? t("note_needed") : ""} value={note} onInput={setNote} most={2000} />
    </ActDialog>
  );
}
