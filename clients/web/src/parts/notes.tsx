/** Notes, and the states every screen has: loading, empty, problems. */
import type { ComponentChildren, JSX } from "preact";
import type { Asked } from "./ask.js";
import { useAfter } from "./ask.js";
import type { Problem } from "../calls/problem.js";
import { named, seconds, t, tn } from "../words/index.js";
import en from "../words/en.json";
import { Icon, type IconName } from "./icons.js";
import { LevelShape, type Shape } from "./level.js";
import { Head } from "./title.js";

interface NoteProps {
  readonly kind?: "warn" | "bad" | "good" | "here";
  readonly icon?: IconName;
  readonly shape?: Shape;
  readonly alert?: boolean;
  readonly id?: string;
  readonly children: ComponentChildren;
}

export function Note({ kind, icon = "info", shape, alert = false, id, children }: NoteProps): JSX.Element {
  return (
    <div class={`note ${kind ?? ""}`} role={alert ? "alert" : undefined} id={id}>
      {shape ? <LevelShape shape={shape} /> : <Icon name={icon} />}
      <div>{children}</div>
    </div>
  );
}

/** What a reason means, in the page's words; the server's sentence follows it. */
export function reasonWord(problem: Problem): string {
  const key = `reason.${problem.reason}`;
  return key in en ? named("reason", problem.reason) : named("code", problem.code);
}

/** How often it may be tried yet, or when again. */
function waitWords({ metadata, retryAfterS }: Problem): string {
  if (metadata["tries_left"] !== undefined) {
    const left = Number(metadata["tries_left"]);
    const wait = seconds(Number(metadata["wait_s"]));
    return left > 0 ? tn("tries_left", left, { wait }) : t("no_tries_left", { wait });
  }
  return retryAfterS === undefined ? "" : t("try_again_in", { wait: seconds(retryAfterS) });
}

interface ProblemProps {
  readonly problem: Problem;
  /** True where something was to be written, so that it matters whether it was. */
  readonly writing?: boolean;
  readonly onRetry?: (() => void) | undefined;
  readonly id?: string;
}

export function ProblemNote({ problem, writing = false, onRetry, id }: ProblemProps): JSX.Element {
  const unsure = writing && !problem.nothingRecorded && !problem.damaged;
  return (
    <Note kind="bad" shape={problem.damaged ? "error" : "red"} alert id={id}>
      <strong>{problem.damaged ? t("damaged") : unsure ? t("unsure") : reasonWord(problem)}</strong>{" "}
      <bdi lang="en">{problem.sentence}</bdi> {waitWords(problem)}{" "}
      {writing && problem.nothingRecorded && t("nothing_recorded")}
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.map((part) => (
            <li key={part.field}>
              <code>{part.field}</code> <bdi lang="en">{part.text}</bdi>
            </li>
          ))}
        </ul>
      )}
      {problem.requestId && (
        <div class="small">
          {t("request")} <span class="code">{problem.requestId}</span>
        </div>
      )}
      <div class="btns">
        {problem.requestId && (
          <button class="btn" type="button" onClick={() => void navigator.clipboard?.writeText(problem.requestId)}>
            {t("copy_request")}
          </button>
        )}
        {onRetry && (
          <button class="btn" type="button" onClick={onRetry}>
            <Icon name="again" />
            {t("try_again")}
          </button>
        )}
      </div>
    </Note>
  );
}

/** Grey bars in the final layout: nothing for 300 ms, and after 5 s words and a way out. */
export function Loading({ onCancel, rows = 4 }: { onCancel?: () => void; rows?: number }): JSX.Element {
  const visible = useAfter(300, true);
  const slow = useAfter(5_000, true);
  return (
    <section class="card" aria-busy="true" aria-label={t("loading")}>
      {visible && (
        <div class="card-in stack">
          {slow && (
            <div class="btns" role="status">
              <span>{t("still_waiting")}</span>
              {onCancel && (
                <button class="btn" type="button" onClick={onCancel}>
                  {t("cancel")}
                </button>
              )}
            </div>
          )}
          {Array.from({ length: rows }, (_, row) => (
            <div key={row} class={`bone ${["w8", "w5", "w3"][row % 3]}`} />
          ))}
        </div>
      )}
    </section>
  );
}

/** The heading of a screen whose own is still being read; the focus waits for that one. */
export function PassingTitle(): JSX.Element {
  return (
    <h1 class="hidden-text" data-passing="">
      {t("loading")}
    </h1>
  );
}

interface ShownProps<T> {
  readonly asked: Asked<T>;
  /** What a screen is called that has no heading before it is read. */
  readonly title?: string;
  readonly children: (data: T) => ComponentChildren;
}

/** A reading in whatever state it is; what was read is shown as long as it is read again. */
export function Shown<T>({ asked, title, children }: ShownProps<T>): JSX.Element {
  return (
    <>
      {title && asked.data === undefined && (asked.busy ? <PassingTitle /> : <Head title={title} />)}
      {asked.problem && !asked.problem.stopped && <ProblemNote problem={asked.problem} onRetry={asked.reload} />}
      {asked.problem?.stopped && (
        <Note>
          {t("stopped_waiting")}{" "}
          <div class="btns">
            <button class="btn" type="button" onClick={asked.reload}>
              {t("try_again")}
            </button>
          </div>
        </Note>
      )}
      {asked.data !== undefined ? children(asked.data) : asked.busy && <Loading onCancel={asked.cancel} />}
    </>
  );
}

export function NotFound({ back, word }: { back: string; word: string }): JSX.Element {
  return (
    <>
      <div class="head">
        <h1>{t("not_found")}</h1>
      </div>
      <Note>
        <p>{word}</p>
        <div class="btns">
          <a class="btn" href={back}>
            {t("go_back")}
          </a>
        </div>
      </Note>
    </>
  );
}
