/** The outcome of an audit in words and with a shape; what was not examined looks like what is not known. */
import { ProgramRelease, type ProgramAudit, type ReplacedProgram } from "../gen/rmos/runs/v1/run_pb.js";
import { AuditOutcome, FindingLevel, type ProgramFinding } from "../gen/rmos/type/v1/program_audit_pb.js";
import { t, tn } from "../words/index.js";
import type { Shape } from "./level.js";

export interface AuditWords {
  readonly shape: Shape;
  readonly word: string;
}

/** Findings that a person must accept: warnings, and what could not be verified. */
export const toAccept = (audit: ProgramAudit): ProgramFinding[] =>
  (audit.report?.findings ?? []).filter((one) => one.level === FindingLevel.WARNING || one.level === FindingLevel.NOT_VERIFIABLE);

function outcomeWords(outcome: AuditOutcome, warnings: number): AuditWords {
  if (outcome === AuditOutcome.DEVIATES) return { shape: "red", word: t("audit.deviates") };
  if (outcome === AuditOutcome.NOT_VERIFIABLE) return { shape: "unknown", word: t("audit.not_verifiable") };
  if (outcome !== AuditOutcome.INSIDE) return { shape: "unknown", word: t("unknown_value", { value: outcome }) };
  return warnings > 0 ? { shape: "yellow", word: tn("audit.inside_warnings", warnings) } : { shape: "green", word: t("audit.inside") };
}

/** Whether the programs of a run may go to a machine. */
export function releaseWords(release: ProgramRelease, warnings: number): AuditWords {
  if (release === ProgramRelease.RELEASED) return { shape: "green", word: t("audit.released") };
  if (release === ProgramRelease.NEEDS_ACCEPTANCE) return { shape: "yellow", word: tn("audit.warnings", warnings) };
  if (release === ProgramRelease.NOT_VERIFIABLE) return { shape: "unknown", word: t("audit.not_verifiable") };
  return release === ProgramRelease.DEVIATES ? { shape: "red", word: t("audit.deviates") } : { shape: "unknown", word: t("unknown_value", { value: release }) };
}

/** Of one program of the setup: the worst of its findings; without one what the report says of all. */
export function programWords(audit: ProgramAudit, index: number): AuditWords {
  if (!audit.report) return { shape: "unknown", word: t("audit.not_examined") };
  const own = audit.report.findings.filter((one) => one.programIndex === index);
  const has = (level: FindingLevel): boolean => own.some((one) => one.level === level);
  if (has(FindingLevel.ERROR)) return outcomeWords(AuditOutcome.DEVIATES, 0);
  if (has(FindingLevel.NOT_VERIFIABLE)) return outcomeWords(AuditOutcome.NOT_VERIFIABLE, 0);
  // what is wrong stands with no program, or was left out: then it counts for each
  const all = audit.report.outcome;
  if (all !== AuditOutcome.INSIDE && (audit.leftOutCount > 0 || audit.report.findings.length === 0)) return outcomeWords(all, 0);
  return outcomeWords(AuditOutcome.INSIDE, own.filter((one) => one.level === FindingLevel.WARNING).length);
}

/** Of a program whose place another one took: what its last audit came to. */
export function replacedWords(found: ReplacedProgram | undefined): AuditWords {
  if (!found?.outcome) return { shape: "unknown", word: t("audit.not_examined") };
  return outcomeWords(found.outcome, found.findings.filter((one) => one.level === FindingLevel.WARNING).length);
}
