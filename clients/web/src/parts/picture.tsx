/** The drawing of a run, asked for when it comes into sight; else a sign of the kind of work. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { runPicture } from "../calls/pictures.js";
import { Icon, type IconName } from "./icons.js";
import { useSeen } from "./seen.js";

interface PictureProps {
  readonly name: string;
  readonly sha256: string;
  readonly mode: string;
  /** Side on the screen. [px] */
  readonly size: number;
  readonly alt?: string;
}

/** The sign of a kind of work. */
export const signOf = (mode: string): IconName =>
  mode.includes("rosette") ? "rosette" : mode.includes("fret") ? "frets" : "part";

export function Picture({ name, sha256, mode, size, alt = "" }: PictureProps): JSX.Element {
  const [address, setAddress] = useState<string>();
  const [element, seen] = useSeen<HTMLSpanElement>();
  const drawn = signOf(mode) === "rosette" && sha256 !== "";
  useEffect(() => {
    setAddress(undefined);
    if (!drawn || !seen) return undefined;
    let gone = false;
    void runPicture(name, sha256, Math.max(64, size * 2)).then((found) => !gone && setAddress(found));
    return () => {
      gone = true;
    };
  }, [seen, sha256, size]);
  if (address) return <img src={address} alt={alt} width={size} height={size} />;
  return (
    <span class="nothing" ref={element} role={alt ? "img" : undefined} aria-label={alt || undefined}>
      <Icon name={signOf(mode)} />
    </span>
  );
}
