/** A picture of an asset; what is not the recorded one is not shown. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { assetPicture, type Shown } from "../calls/assets.js";
import { problemOf } from "../calls/problem.js";
import type { AdvisoryAsset } from "../gen/rmos/advisory/v1/advisory_service_pb.js";
import { t } from "../words/index.js";
import { Icon } from "./icons.js";
import { useSeen } from "./seen.js";

interface Props {
  readonly asset: AdvisoryAsset;
  readonly alt: string;
  readonly size: number;
  readonly class?: string;
  /** True to read it only once it comes into sight. */
  readonly lazy?: boolean;
  /** Called with the digest of the bytes once they are displayed. */
  readonly onShown?: (sha256: string) => void;
}

export function AssetPicture({ asset, alt, size, lazy = false, onShown, class: styled }: Props): JSX.Element {
  const [element, seen] = useSeen<HTMLSpanElement>();
  const due = seen || !lazy;
  const [shown, setShown] = useState<Shown>();
  const [failed, setFailed] = useState("");
  useEffect(() => {
    let gone = false;
    setShown(undefined);
    setFailed("");
    if (!due) return undefined;
    assetPicture(asset).then(
      (found) => !gone && setShown(found),
      (thrown: unknown) => !gone && setFailed(problemOf(thrown).sentence),
    );
    return () => {
      gone = true;
    };
  }, [due, asset.contentSha256]);
  if (shown?.kind === "picture")
    return <img class={styled} src={shown.address} alt={alt} width={size} height={size} onLoad={() => onShown?.(shown.sha256)} />;
  const word = failed || (shown?.kind === "wrong" ? t("wrong_bytes") : shown?.kind === "none" ? t("no_picture") : "");
  return (
    <span class="nothing" ref={element}>
      <Icon name="rosette" />
      {size > 100 && <bdi class="small">{word}</bdi>}
    </span>
  );
}
