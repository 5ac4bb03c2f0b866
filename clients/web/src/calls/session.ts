/** Who uses the page: the token, in memory alone, and what the server says of its owner. */
import { computed, signal } from "@preact/signals";
import type { Problem } from "./problem.js";
import { Role, type Identity } from "../gen/rmos/type/v1/identity_pb.js";

export interface Session {
  /** Empty where the server asks nobody who calls. */
  readonly token: string;
  /** Absent: names are stated, not proven. */
  readonly identity: Identity | undefined;
  readonly roles: readonly Role[];
  readonly allowed: ReadonlySet<string>;
  readonly since: Date;
}

/** undefined: not yet asked. null: logged out. */
export const session = signal<Session | null | undefined>(undefined);
/** Why nobody could say who this is, when the page was opened. */
export const startProblem = signal<Problem | undefined>(undefined);
/** True where what was done needs a log-in again: the form lies in front of the page, which stays as it was. */
export const askAgain = signal(false);
/** The name somebody gave where the server knows nobody; kept while the page is open. */
export const statedName = signal("");

export const token = { text: "" };
export const nobodyAsks = computed(() => session.value != null && !session.value.identity);
export const personName = computed(() => session.value?.identity?.name ?? statedName.value);

/** Whether `WhoAmI` names the method, for example "rmos.runs.v1.RunsService/OverrideRun". */
export function may(method: string): boolean {
  const now = session.value;
  return now != null && (!now.identity || now.allowed.has(method));
}

export const RUNS = "rmos.runs.v1.RunsService";
export const ADVISORY = "rmos.advisory.v1.AdvisoryService";
export const WORKFLOW = "rmos.workflow.v1.WorkflowService";

/** The highest role of somebody. */
export function highestRole(roles: readonly Role[]): Role {
  return roles.length ? Math.max(...roles) : Role.UNSPECIFIED;
}
