/** What differs between two runs, as a machinist calls it. */
import type { Run } from "../gen/rmos/runs/v1/run_pb.js";
import type { DiffRunsResponse, RunDifference } from "../gen/rmos/runs/v1/runs_service_pb.js";
import { named, t } from "../words/index.js";

/** What a person set; the rest follows from it. */
export const setByPerson = (diff: DiffRunsResponse): RunDifference[] => diff.differences.filter((one) => one.path.startsWith("inputs."));

/** Terms that stand for a group of values. */
const GROUPS = ["tool", "material", "machine", "stock", "design"];

/** What a machinist calls it, with the part of it where the word alone does not say; findings by their dimension. */
export function labelOf(one: RunDifference, run: Run): string {
  const parts = one.path.split(".");
  const words = (parts.at(-1) ?? "").replaceAll("_", " ");
  const finding = /^feasibility\.assessments\[(\d+)\]\.finding$/.exec(one.path)?.[1];
  if (finding !== undefined) return named("category", run.feasibility?.assessments[Number(finding)]?.category ?? 0);
  if (one.term) return GROUPS.includes(one.term) ? `${named("term", one.term)}: ${words}` : named("term", one.term);
  return one.path === "decision.block_reason" ? t("why_closed") : parts.length > 2 ? `${(parts.at(-2) ?? "").replaceAll("_", " ")}: ${words}` : words;
}
