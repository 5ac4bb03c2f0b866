/** Runs: find one, and see what waits. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { needCatalogue } from "../../calls/catalogue.js";
import { watch } from "../../calls/live.js";
import { part } from "../../calls/problem.js";
import type { RunSummary } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { useAsk } from "../../parts/ask.js";
import { Note, Shown } from "../../parts/notes.js";
import { go, place, withQuery } from "../../parts/route.js";
import { Head } from "../../parts/title.js";
import { goBack, goOn } from "../../parts/walked.js";
import { filterOf, LEVELS, quoted, readSearch, viewFilter, viewOf, VIEWS, type Search } from "../../rules/run_filter.js";
import { number, t, tn } from "../../words/index.js";
import { Filters, SearchField } from "./filters.js";
import { RunTable } from "./table.js";
import { Tray } from "./tray.js";

const PAGE = 50;
const CHANGED_MS = 3_000;

export interface Page {
  readonly rows: readonly RunSummary[];
  readonly next: string;
  readonly unreachable: readonly string[];
}

async function readPage(query: URLSearchParams, search: Search, signal: AbortSignal): Promise<Page> {
  const pageToken = query.get("after") ?? "";
  // what else was chosen, and serials of such digits, only a filter knows
  const byBytes = search.kind === "digest" && search.sha256.length === 64 && [...query.keys()].every((key) => key === "q" || key === "after");
  const answer = byBytes
    ? await (await part(import("../../calls/attachments.js"))).attachments.findRunsByDigest({ sha256: search.sha256, pageSize: PAGE, pageToken }, { signal })
    : await runs.listRuns({ filter: filterOf(query), pageSize: PAGE, pageToken }, { signal });
  return { rows: answer.runs, next: answer.nextPageToken, unreachable: answer.unreachable };
}

/** Counts that stand beside the rows, kept for half a minute. */
const counts = signal<Readonly<Record<string, { n: number; at: number }>>>({});

export async function count(filter: string): Promise<void> {
  const known = counts.value[filter];
  if (known && Date.now() - known.at < 30_000) return;
  const answer = await runs.countRuns({ filter });
  counts.value = { ...counts.value, [filter]: { n: Number(answer.count), at: Date.now() } };
}

const COUNT_AGAIN_MS = 1_000;
/** Grows when what was counted changed since; numbers stay until newer ones come. */
export const uncounted = signal(0);
let soon: ReturnType<typeof setTimeout> | undefined;

function countAgain(): void {
  soon ??= setTimeout(() => {
    soon = undefined;
    counts.value = Object.fromEntries(Object.entries(counts.value).map(([filter, { n }]) => [filter, { n, at: 0 }]));
    uncounted.value += 1;
  }, COUNT_AGAIN_MS);
}

export const counted = (filter: string): number | undefined => counts.value[filter]?.n;

const byLevel = (filter: string, level: string): string => `${filter} by ${level}`;

/** How many runs of a filter have each level, by one call. */
export async function countLevels(filter: string): Promise<void> {
  const known = counts.value[byLevel(filter, "GREEN")];
  if (known && Date.now() - known.at < 30_000) return;
  const answer = await runs.countRuns({ filter, byRiskLevel: true });
  const found = LEVELS.map((level) => [byLevel(filter, level), { n: Number(answer.riskLevelCounts[level] ?? 0), at: Date.now() }] as const);
  counts.value = { ...counts.value, ...Object.fromEntries(found) };
}
export const levelCount = (filter: string, level: string): number | undefined => counts.value[byLevel(filter, level)]?.n;

export function RunsScreen(): JSX.Element {
  const query = place.value.query;
  const search = readSearch(query.get("q") ?? "");
  const address = query.toString();
  const asked = useAsk((signal) => readPage(query, search, signal), [address]);
  const [fresh, setFresh] = useState(0);
  const [changed, setChanged] = useState<ReadonlyMap<string, RunSummary>>(new Map());
  const [lit, setLit] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (asked.data) needCatalogue(); // the rows come first, with ids for names
  }, [asked.data]);
  useEffect(() => {
    if (search.kind === "run") go(`/runs/${search.id}`, { replace: true });
  }, [address]);
  useEffect(() => {
    setFresh(0);
    setChanged(new Map());
    const shown = (): Set<string> => new Set(Array.from(document.querySelectorAll<HTMLElement>("[data-run]"), (row) => row.dataset["run"] ?? ""));
    return watch(filterOf(query), (message) => {
      if (!message) {
        asked.reload();
        return;
      }
      const run = message.run;
      if (!run) return;
      countAgain();
      if (!shown().has(run.name)) {
        if (message.kind === "run" && !query.get("after")) setFresh((n) => n + 1);
        return;
      }
      setChanged((before) => new Map(before).set(run.name, run));
      setLit((before) => new Set(before).add(run.name));
      setTimeout(() => setLit((before) => new Set([...before].filter((name) => name !== run.name))), CHANGED_MS);
    });
  }, [address]);
  useEffect(() => {
    if (!asked.data) return;
    for (const filter of [viewFilter("waiting"), "", filterOf(query)]) void count(filter).catch(() => undefined);
  }, [asked.data, uncounted.value]);
  const waiting = counted(viewFilter("waiting"));
  const all = counted("");
  return (
    <>
      <Head
        title={t("runs_title")}
        sub={all === undefined ? t("counting") : `${tn("recorded", all)} · ${tn("wait_for_person", waiting ?? 0)}`}
      >
        <a class="btn main" href="/first">
          {t("new_verdict")}
        </a>
      </Head>
      <nav class="tabs" aria-label={t("views")}>
        {VIEWS.map((view) => (
          <a key={view} href={withQuery({ view: view === "all" ? "" : view, after: "" })} aria-current={viewOf(query) === view ? "page" : undefined}>
            {t(`view.${view}`)} {view === "waiting" && waiting ? <span class="count">{number(waiting)}</span> : null}
          </a>
        ))}
      </nav>
      <form class="stack" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchField text={query.get("q") ?? ""} />
        <Filters query={query} ready={asked.data !== undefined} />
      </form>
      <div role="status">
        {fresh > 0 && (
          <Note kind="here">
            <button
              class="btn"
              type="button"
              onClick={() => {
                setFresh(0);
                asked.reload();
              }}
            >
              {tn("new_runs", fresh)}
            </button>
          </Note>
        )}
      </div>
      <Shown asked={asked}>
        {(page) =>
          page.rows.length || page.unreachable.length ? (
            <>
              <RunTable page={page} changed={changed} lit={lit} />
              <Pages page={page} total={counted(filterOf(query))} />
            </>
          ) : (
            <Empty search={search} filtered={address !== ""} />
          )
        }
      </Shown>
      <Tray />
    </>
  );
}

/** For the keyboard, too: the button that was pressed goes while the page is read. */
function beginAtTop(): void {
  scrollTo(0, 0);
  const heading = document.querySelector<HTMLElement>("main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function Pages({ page, total }: { page: Page; total: number | undefined }): JSX.Element {
  const after = place.value.query.get("after") ?? "";
  const older = (): void => {
    goOn(after, page.next);
    beginAtTop();
  };
  const newer = (): void => {
    goBack(after);
    beginAtTop();
  };
  return (
    <nav class="btns pages" aria-label={t("pages")}>
      <button class="btn" type="button" disabled={!after} onClick={newer}>
        {t("newer")}
      </button>
      <button class="btn" type="button" disabled={!page.next} onClick={older}>
        {t("older")}
      </button>
      <span class="small quiet">
        {total === undefined
          ? tn("rows_shown", page.rows.length)
          : t("rows_of", { n: number(page.rows.length), total: number(total), zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      </span>
    </nav>
  );
}

/** Nothing is there: what would be, and the one next step. A search offers serials that begin alike. */
function Empty({ search, filtered }: { search: Search; filtered: boolean }): JSX.Element {
  const [near, setNear] = useState<readonly RunSummary[]>([]);
  useEffect(() => {
    if (search.kind !== "serial" || search.serial.length < 3) return;
    const begins = search.serial.slice(0, -1).replaceAll("*", "");
    runs
      .listRuns({ filter: `instrument_serial = ${quoted(`${begins}*`)}`, pageSize: 5 })
      .then((answer) => setNear(answer.runs))
      .catch(() => undefined);
  }, [search.kind === "serial" ? search.serial : ""]);
  const serials = [...new Set(near.map((run) => run.instrumentSerial).filter(Boolean))];
  return (
    <section class="card" aria-labelledby="nothing">
      <header>
        <h2 id="nothing">{filtered ? t("nothing_found") : t("no_runs")}</h2>
      </header>
      <div class="card-in">
        <p>
          {search.kind === "serial" ? t("no_run_with_serial", { serial: search.serial }) : filtered ? t("nothing_matches") : t("no_runs_word")}{" "}
          {serials.length > 0 && t("near_serials")}{" "}
          {serials.map((serial) => (
            <a key={serial} href={`/runs?q=${encodeURIComponent(serial)}`}>
              <bdi>{serial}</bdi>{" "}
            </a>
          ))}
        </p>
        <div class="btns">
          <a class="btn" href={filtered ? "/runs" : "/first"}>
            {filtered ? t("clear_search") : t("first_verdict")}
          </a>
        </div>
      </div>
    </section>
  );
}
