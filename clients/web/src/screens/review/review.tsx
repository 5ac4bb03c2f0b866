/** Review: what waits for a person, oldest first, and one of it with everything that is known. Changes no verdict. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { advisory, watchAssets } from "../../calls/advisory.js";
import { readAsset } from "../../calls/assets.js";
import type { AdvisoryAsset } from "../../gen/rmos/advisory/v1/advisory_service_pb.js";
import { AssetPicture } from "../../parts/asset_picture.js";
import { useAsk } from "../../parts/ask.js";
import { NotFound, Note, Shown } from "../../parts/notes.js";
import { go, place } from "../../parts/route.js";
import { Head } from "../../parts/title.js";
import { ago, t, tn } from "../../words/index.js";
import { One } from "./one.js";
import { TrainingSet } from "./training.js";

const PAGE = 50;
const STATES = ["waiting", "approved", "rejected"] as const;
type State = (typeof STATES)[number];

interface Queue {
  readonly assets: readonly AdvisoryAsset[];
  readonly total: number;
}

async function readQueue(state: State, signal: AbortSignal): Promise<Queue> {
  if (state === "waiting") {
    const answer = await advisory.listPendingAdvisoryAssets({ pageSize: PAGE }, { signal });
    return { assets: answer.assets, total: Number(answer.totalSize) };
  }
  const answer = await advisory.listAdvisoryAssets({ pageSize: PAGE, filter: `state = ${state}` }, { signal });
  return { assets: answer.assets, total: Number(answer.totalSize) };
}

/** What an asset is called: the beginning of its prompt. */
export function titleOf(asset: AdvisoryAsset): string {
  const words = (asset.prompt || asset.caption || asset.assetId).trim();
  return words.length > 60 ? `${words.slice(0, 57)}…` : words;
}

export default function ReviewScreen(_: { id: string }): JSX.Element {
  return place.value.query.get("state") === "training" ? <Training /> : <Pictures />;
}

/** What else there is to see of pictures. */
function Views({ at }: { at: string }): JSX.Element {
  return (
    <>
      {[...STATES, "training" as const].map((one) => (
        <a key={one} class="btn plain" href={one === "waiting" ? "/review" : `/review?state=${one}`} aria-current={one === at ? "page" : undefined}>
          {one === "training" ? t("training_set") : t(`state.${one}`)}
        </a>
      ))}
    </>
  );
}

function Training(): JSX.Element {
  return (
    <>
      <Head title={t("review_title")} sub={t("changes_no_verdict")}>
        <Views at="training" />
      </Head>
      <TrainingSet />
    </>
  );
}

function Pictures(): JSX.Element {
  const query = place.value.query;
  const chosen = place.value.path.split("/")[2] ?? "";
  const state = STATES.find((one) => one === query.get("state")) ?? "waiting";
  const queue = useAsk((signal) => readQueue(state, signal), [state]);
  const first = queue.data?.assets[0]?.assetId ?? "";
  const current = chosen || first;
  const [news, setNews] = useState(0);
  useEffect(
    () =>
      watchAssets(() => {
        queue.reload();
        setNews((count) => count + 1);
      }),
    [],
  );
  const address = (asset: AdvisoryAsset): string => `/review/${asset.assetId}${state === "waiting" ? "" : `?state=${state}`}`;
  const step = (by: number): void => {
    const assets = queue.data?.assets ?? [];
    const at = assets.findIndex((asset) => asset.assetId === current);
    const next = assets[Math.max(0, Math.min(assets.length - 1, at + by))];
    if (next) go(address(next));
  };
  return (
    <>
      <Head title={t("review_title")} sub={queue.data ? `${tn(`pictures_${state}`, queue.data.total)} ${t("changes_no_verdict")}` : t("counting")}>
        <Views at={state} />
      </Head>
      <Shown asked={queue}>
        {({ assets }) =>
          assets.length > 0 ? (
            <nav class="queue" aria-label={t("queue")}>
              {assets.map((asset) => (
                <a key={asset.assetId} href={address(asset)} aria-current={asset.assetId === current ? "true" : undefined}>
                  <AssetPicture asset={asset} alt="" size={60} lazy />
                  <span class="queue-words">
                    <strong>
                      <bdi>{titleOf(asset)}</bdi>
                    </strong>
                    <span class="small quiet">
                      <bdi>{asset.requester}</bdi>, {ago(asset.createTime)}
                    </span>
                  </span>
                </a>
              ))}
            </nav>
          ) : (
            <Note>{t(`empty_${state}`)}</Note>
          )
        }
      </Shown>
      {current && (
        <Chosen
          key={current}
          id={current}
          news={news}
          onStep={step}
          onDecided={queue.reload}
        />
      )}
    </>
  );
}

interface ChosenProps {
  readonly id: string;
  /** Grows whenever anything about assets is told. */
  readonly news: number;
  readonly onStep: (by: number) => void;
  readonly onDecided: () => void;
}

function Chosen({ id, news, onStep, onDecided }: ChosenProps): JSX.Element {
  const asked = useAsk((signal) => readAsset(id, signal), [id]);
  useEffect(() => {
    if (news) asked.reload();
  }, [news]);
  if (asked.problem?.missing) return <NotFound back="/review" word={t("no_such_asset", { asset: id })} />;
  return (
    <Shown asked={asked}>
      {(reviewed) => (
        <One
          {...reviewed}
          onStep={onStep}
          onDecided={() => {
            asked.reload();
            onDecided();
          }}
          onReload={asked.reload}
        />
      )}
    </Shown>
  );
}
