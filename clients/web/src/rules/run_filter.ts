/** The filter of ListRuns from the address: views, chips and what was searched for. */

export const VIEWS = ["waiting", "all", "machine", "today", "not_to_be_cut"] as const;
export type View = (typeof VIEWS)[number];
export const LEVELS = ["GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"] as const;

/** What somebody searches for, decided by its pattern. */
export type Search =
  | { readonly kind: "none" }
  | { readonly kind: "run"; readonly id: string }
  /** A digest, or a part of one that is long enough to find bytes by; a serial may be of such digits, too. */
  | { readonly kind: "digest"; readonly sha256: string }
  | { readonly kind: "serial"; readonly serial: string }
  | { readonly kind: "words"; readonly text: string };

export function readSearch(text: string): Search {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (!trimmed) return { kind: "none" };
  if (/^run_[0-9a-f]{12}$/.test(lower)) return { kind: "run", id: lower };
  if (/^[0-9a-f]{12,64}$/.test(lower)) return { kind: "digest", sha256: lower };
  if (/\d/.test(trimmed) && !/\s/.test(trimmed)) return { kind: "serial", serial: trimmed };
  return { kind: "words", text: trimmed };
}

/** A text as the filter language writes it. */
export const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const startOfToday = (): string => {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return today.toISOString();
};

const VIEW_FILTERS: Readonly<Record<View, () => string>> = {
  waiting: () => "waits_for_person = yes",
  all: () => "",
  machine: () => "execution = STARTED",
  today: () => `create_time >= "${startOfToday()}"`,
  not_to_be_cut: () => "risk_level IN (RED, UNKNOWN, ERROR)",
};

export const viewOf = (query: URLSearchParams): View => VIEWS.find((view) => view === query.get("view")) ?? "all";
export const viewFilter = (view: View): string => VIEW_FILTERS[view]();

/** Besides the name of the part: texts of a run that begin with a word: people, machine, bit, wood, kind of work. */
const WORD_FIELDS = ["material_id", "tool_id", "machine_id", "operator", "instrument_serial", "mode"] as const;

function searchFilter(search: Search): string {
  if (search.kind === "serial") return `instrument_serial = ${quoted(search.serial)}`;
  if (search.kind === "digest") {
    const bytes = `attachment_sha256 = ${search.sha256}`;
    return search.sha256.length < 64 ? `(${bytes} OR instrument_serial = ${quoted(search.sha256)})` : bytes;
  }
  if (search.kind !== "words") return "";
  const begins = quoted(`${search.text}*`);
  return `(design_name : ${quoted(search.text)} OR ${WORD_FIELDS.map((field) => `${field} = ${begins}`).join(" OR ")})`;
}

/** A day of the address as a time, the day's beginning in the browser's zone. */
function day(text: string | null, plusDays: number): string {
  const date = text && /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00`) : null;
  if (!date || Number.isNaN(date.getTime())) return "";
  date.setDate(date.getDate() + plusDays);
  return date.toISOString();
}

/** The whole filter of a list. */
export function filterOf(query: URLSearchParams, without: readonly string[] = []): string {
  const has = (name: string): string => (without.includes(name) ? "" : (query.get(name) ?? ""));
  const levels = has("level")
    .split(",")
    .filter((level) => (LEVELS as readonly string[]).includes(level));
  const from = day(has("from"), 0);
  const to = day(has("to"), 1);
  const parts = [
    viewFilter(viewOf(query)),
    searchFilter(readSearch(query.get("q") ?? "")),
    levels.length ? `risk_level IN (${levels.join(", ")})` : "",
    has("gate") === "closed" ? "gate_decision = BLOCKED" : "",
    has("machine") && `machine_id = ${quoted(has("machine"))}`,
    has("wood") && `material_id = ${quoted(has("wood"))}`,
    from && `create_time >= "${from}"`,
    to && `create_time < "${to}"`,
  ];
  return parts.filter(Boolean).join(" AND ");
}
