/** Pictures that wait for review: bytes whose digest was checked, and those most alike. */
import type { AdvisoryAsset, DuplicateAsset, Review } from "../gen/rmos/advisory/v1/advisory_service_pb.js";
import { advisory } from "./advisory.js";
import { Kept } from "./kept.js";
import { checkedPicture, inTurn } from "./pictures.js";

const SHOWN_MIMES = ["image/png", "image/jpeg", "image/webp"];
const LONGEST_MS = 60_000;
const MOST_BYTES = 128 * 1024 * 1024;
const kept = new Kept<Shown>(MOST_BYTES, (shown) => (shown.kind === "picture" ? shown.address : undefined));

/** What became of the bytes of an asset. */
export type Shown =
  | { readonly kind: "picture"; readonly address: string; readonly sha256: string }
  /** It has none, or none that is shown here. */
  | { readonly kind: "none" }
  /** They are not those of the record. */
  | { readonly kind: "wrong" };

export interface Reviewed {
  readonly asset: AdvisoryAsset;
  readonly reviews: readonly Review[];
  readonly omitted: number;
  /** Caption and concept as things are, from the design where nobody gave any. */
  readonly caption: string;
  readonly concept: string;
}

export async function readAsset(id: string, signal?: AbortSignal): Promise<Reviewed> {
  const answer = await advisory.getAdvisoryAsset({ name: `assets/${id}` }, { signal });
  return { asset: answer.asset as AdvisoryAsset, reviews: answer.reviews, omitted: answer.omittedReviewCount, caption: answer.trainingCaption, concept: answer.trainingConcept };
}

/** The picture of an asset, as an address for an image. */
export function assetPicture(asset: AdvisoryAsset): Promise<Shown> {
  if (!asset.contentSha256 || !SHOWN_MIMES.includes(asset.mime)) return Promise.resolve({ kind: "none" });
  return kept.get(asset.contentSha256, Number(asset.contentSizeBytes), () => inTurn(() => gather(asset)));
}

async function gather(asset: AdvisoryAsset): Promise<Shown> {
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of advisory.downloadAdvisoryAsset({ name: asset.name }, { timeoutMs: LONGEST_MS })) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const address = await checkedPicture(bytes, asset.contentSha256, asset.mime);
  return address ? { kind: "picture", address, sha256: asset.contentSha256 } : { kind: "wrong" };
}

export interface Alike {
  readonly asset: AdvisoryAsset;
  readonly how: DuplicateAsset;
}

const MOST_ALIKE = 6;

/** The most alike assets with a picture; which of them is approved, their state says. */
export async function findAlike(name: string, signal?: AbortSignal): Promise<Alike[]> {
  const { duplicates } = await advisory.findDuplicateAssets({ name }, { signal });
  const found = await Promise.all(
    duplicates.slice(0, MOST_ALIKE).map(async (how) => ({
      how,
      asset: (await advisory.getAdvisoryAsset({ name: how.name }, { signal })).asset as AdvisoryAsset,
    })),
  );
  return found.filter(({ asset }) => asset.contentSha256 !== "");
}
