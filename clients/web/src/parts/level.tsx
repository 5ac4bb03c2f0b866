/** A level: shape, word, number; colour comes last. And a gate: lock and word. */
import type { ComponentChildren, JSX } from "preact";
import { GateDecision } from "../gen/rmos/runs/v1/run_pb.js";
import { RiskLevel } from "../gen/rmos/type/v1/risk_pb.js";
import { named, number, t } from "../words/index.js";
import { Icon } from "./icons.js";

export type Shape = "green" | "yellow" | "red" | "unknown" | "error";

const SHAPES: Readonly<Record<number, Shape>> = {
  [RiskLevel.GREEN]: "green",
  [RiskLevel.YELLOW]: "yellow",
  [RiskLevel.RED]: "red",
  [RiskLevel.UNKNOWN]: "unknown",
  [RiskLevel.ERROR]: "error",
};

/** The shape of a level; what this page does not know is drawn as not known. */
export const shapeOf = (level: RiskLevel): Shape => SHAPES[level] ?? "unknown";

export const levelWord = (level: RiskLevel): string => named("level", level);

export function LevelShape({ shape }: { shape: Shape }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {shape === "green" && (
        <>
          <circle class="shape-green" cx="12" cy="12" r="10" />
          <path class="on-green" d="M7 12.4l3.4 3.4L17 9" />
        </>
      )}
      {shape === "yellow" && (
        <>
          <path class="shape-yellow" d="M12 2.2L23 21.5H1z" stroke-linejoin="round" />
          <path class="on-yellow" d="M12 9v6" />
          <circle class="on-yellow" cx="12" cy="18.4" r=".7" stroke-width="1.2" />
        </>
      )}
      {shape === "red" && (
        <>
          <path class="shape-red" d="M7.8 2h8.4L22 7.8v8.4L16.2 22H7.8L2 16.2V7.8z" />
          <path class="on-red" d="M6.5 12h11" />
        </>
      )}
      {shape === "unknown" && (
        <>
          <path class="shape-unknown" d="M12 1l11 11-11 11L1 12z" />
          <path class="on-unknown" d="M9.3 9.7a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.8-1.2 1.9" />
          <circle class="on-unknown" cx="12" cy="17" r=".5" stroke-width="1.2" />
        </>
      )}
      {shape === "error" && (
        <>
          <path class="shape-error" d="M2 2h20v20H2z" />
          <path class="on-error" d="M7.5 7.5l9 9m0-9l-9 9" />
        </>
      )}
    </svg>
  );
}

interface LevelProps {
  readonly level: RiskLevel;
  readonly score?: number | undefined;
  /** True to say "79 of 100". */
  readonly long?: boolean;
}

export function Level({ level, score, long = false }: LevelProps): JSX.Element {
  const shape = shapeOf(level);
  return (
    <span class={`level is-${shape}`}>
      <LevelShape shape={shape} />
      <span>{levelWord(level)}</span>
      {score !== undefined && <span class="score">{long ? t("score_of", { score: number(score, 0) }) : number(score, 0)}</span>}
    </span>
  );
}

/** A shape with words that are no level: outcomes of audits and checks. */
export function Marked({ shape, plain = false, children }: { shape: Shape; plain?: boolean; children: ComponentChildren }): JSX.Element {
  return (
    <span class={plain ? "level" : `level is-${shape}`}>
      <LevelShape shape={shape} />
      <span class={plain ? "score" : undefined}>{children}</span>
    </span>
  );
}

export function Gate({ decision, level, by }: { decision: GateDecision; level: RiskLevel; by?: string | undefined }): JSX.Element {
  const [icon, word] =
    decision === GateDecision.ALLOWED
      ? (["open", t("gate_open")] as const)
      : decision === GateDecision.OVERRIDDEN
        ? (["person", by ? t("gate_opened_by", { name: by }) : t("gate_opened")] as const)
        : decision === GateDecision.BLOCKED
          ? (["closed", level === RiskLevel.YELLOW ? t("gate_needs_person") : t("gate_not_to_be_cut")] as const)
          : (["closed", t("unknown_value", { value: decision })] as const);
  return (
    <span class="gate">
      <Icon name={icon} />
      <span>{word}</span>
    </span>
  );
}
