/** Words of the page in the language of the person, numbers and times through Intl. */
import { computed, signal } from "@preact/signals";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { isolated, isSeen } from "../rules/texts.js";
import en from "./en.json";

export type Language = "en" | "de";
export type Word = keyof typeof en;
type Plural = Word extends infer W ? (W extends `${infer Stem}.one` ? Stem : never) : never;
type Values = Readonly<Record<string, string | number>>;

const tables: Record<Language, Record<Word, string>> = { en, de: en };
const stored = localStorage.getItem("language");
export const language = signal<Language>(
  stored === "en" || stored === "de" ? stored : navigator.language.toLowerCase().startsWith("de") ? "de" : "en",
);
export const inches = signal(localStorage.getItem("units") === "inch");

/** The language as the browser's owner writes its numbers and times: with the region they have chosen for it. */
const locale = computed(() => navigator.languages.find((one) => one.toLowerCase().startsWith(language.value)) ?? language.value);

/** Load the words of a language that does not come with the page itself. */
export async function loadWords(of: Language): Promise<void> {
  if (of === "de" && tables.de === en) tables.de = (await import("./de.json")).default;
}

export async function setLanguage(to: Language): Promise<void> {
  localStorage.setItem("language", to);
  await loadWords(to);
  language.value = to;
}

export function setInches(to: boolean): void {
  localStorage.setItem("units", to ? "inch" : "mm");
  inches.value = to;
}

/** A text, with {name} replaced. What is put in stays text. */
export function t(word: Word, values: Values = {}): string {
  return tables[language.value][word].replace(/\{(\w+)\}/g, (whole, name: string) => isolated(String(values[name] ?? whole)));
}

/** What a part is called, where anything of that can be seen. */
export const partName = (name: string | undefined): string => (name && isSeen(name) ? name : t("unnamed_part"));

/** A text that depends on a number: the keys are `word.one` and `word.other`, the number is {n}. */
export function tn(word: Plural, n: number, values: Values = {}): string {
  const form = plurals.value.select(n) === "one" ? "one" : "other";
  return t(`${word}.${form}` as Word, { n: number(n), ...values });
}

/** The word for a value that may be newer than this page; then its number is shown. */
export function named(prefix: string, value: string | number): string {
  const key = `${prefix}.${value}`;
  const found = (tables[language.value] as Record<string, string>)[key];
  return found ?? t("unknown_value", { value });
}

/** Making a formatter takes longer than writing a row with it, so each is made once for a language. */
const kept = (options: Intl.DateTimeFormatOptions) => computed(() => new Intl.DateTimeFormat(locale.value, options));
const times = { short: kept({ timeStyle: "short" }), medium: kept({ timeStyle: "medium" }) };
const dated = kept({ dateStyle: "medium", timeStyle: "short" });
const plurals = computed(() => new Intl.PluralRules(language.value));
const numbers = computed(() => {
  const of = locale.value;
  const made = new Map<number | undefined, Intl.NumberFormat>();
  return (digits: number | undefined): Intl.NumberFormat => {
    const known = made.get(digits);
    if (known) return known;
    const options = digits === undefined ? { maximumFractionDigits: 3 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const format = new Intl.NumberFormat(of, { ...options, useGrouping: "min2" });
    made.set(digits, format);
    return format;
  };
});

export function number(value: number, digits?: number): string {
  return numbers.value(digits).format(value).replace("-", "−");
}

/** A number with its unit, a narrow blank between; "not known" where there is none. */
export function measure(value: number | undefined, unit: string, digits?: number): string {
  return value === undefined ? t("not_known") : `${number(value, digits)}\u202f${unit}`;
}

/** A length in mm; in brackets inches, where somebody wants them. */
export function length(value: number | undefined): string {
  if (value === undefined) return t("not_known");
  return inches.value ? `${measure(value, "mm")} (${measure(value / 25.4, "in")})` : measure(value, "mm");
}

/** A feed in mm/min and in/min. */
export function feed(value: number | undefined): string {
  return value === undefined
    ? t("not_known")
    : `${measure(value, "mm/min")} (${number(value / 25.4, 1)}\u202fin/min)`;
}

export function seconds(value: number | undefined): string {
  if (value === undefined) return t("not_known");
  if (value < 100) return measure(Math.round(value * 10) / 10, "s");
  const minutes = Math.floor(value / 60);
  return minutes < 100
    ? `${minutes}\u202fmin ${Math.round(value % 60)}\u202fs`
    : `${Math.floor(minutes / 60)}\u202fh ${minutes % 60}\u202fmin`;
}

export function dateOf(time: Timestamp | undefined): Date | undefined {
  return time && new Date(Number(time.seconds) * 1000 + time.nanos / 1e6);
}

/** Time of day where it is of today, else with its date. */
export function when(time: Timestamp | undefined): string {
  const date = dateOf(time);
  if (!date) return t("not_known");
  const today = date.toDateString() === new Date().toDateString();
  return (today ? times.short : dated).value.format(date);
}

/** Date and time, in full. */
export function moment(time: Timestamp | Date | undefined): string {
  const date = time instanceof Date ? time : dateOf(time);
  return date ? dated.value.format(date) : t("not_known");
}

/** Date and time in UTC, as records have it. */
export function utc(time: Timestamp | undefined): string {
  const date = dateOf(time);
  return date ? `${date.toISOString().slice(0, 19).replace("T", " ")} UTC` : t("not_known");
}

/** How long ago, roughly. */
export function ago(time: Timestamp | undefined): string {
  const date = dateOf(time);
  if (!date) return t("not_known");
  const minutes = Math.round((Date.now() - date.getTime()) / 60_000);
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" });
  if (minutes < 60) return words.format(-Math.max(minutes, 0), "minute");
  return minutes < 48 * 60 ? words.format(-Math.round(minutes / 60), "hour") : words.format(-Math.round(minutes / 1440), "day");
}

export function clock(date: Date, style: "short" | "medium" = "medium"): string {
  return times[style].value.format(date);
}
