/** Which screen is shown at which address. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { persons } from "../calls/login.js";
import { askAgain, session, startProblem } from "../calls/session.js";
import { Bar, PageNotes } from "../parts/bar.js";
import { Lazy } from "../parts/lazy.js";
import { NotFound, ProblemNote } from "../parts/notes.js";
import { go, place } from "../parts/route.js";
import { isAssetId, isRunId, isSessionId } from "../rules/ids.js";
import { language, t } from "../words/index.js";
import { Login, LoginAgain } from "./login.js";
import { RunScreen } from "./run/run.js";
import { RunsScreen } from "./runs/list.js";

function screen(path: string): JSX.Element {
  const [room = "", id = "", part = ""] = path.split("/").slice(1);
  if (room === "runs" && !id) return <RunsScreen />;
  if (room === "runs" && isRunId(id)) {
    if (part === "") return <RunScreen key={id} id={id} />;
    if (part === "sheet") return <Lazy key={path} load={() => import("./sheet/sheet.js")} id={id} />;
    if (part === "what-if") return <Lazy key={path} load={() => import("./what_if/what_if.js")} id={id} />;
  }
  if (room === "compare") return <Lazy key={room} load={() => import("./compare/compare.js")} id="" />;
  if (room === "review" && (!id || isAssetId(id))) return <Lazy key={room} load={() => import("./review/review.js")} id={id} />;
  if (room === "requests" && !id) return <Lazy key={room} load={() => import("./requests.js")} id="" />;
  if (room === "sessions" && !id) return <Lazy key={room} load={() => import("./sessions/list.js")} id="" />;
  if (room === "sessions" && isSessionId(id)) return <Lazy key={path} load={() => import("./sessions/session.js")} id={id} />;
  if (room === "first") return <Lazy key={room} load={() => import("./first/first.js")} id="" />;
  if (room === "about") return <Lazy key={room} load={() => import("./about.js")} id="" />;
  return <NotFound back="/runs" word={t("not_found_word")} />;
}

export function App(): JSX.Element {
  const path = place.value.path;
  const who = session.value;
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  useEffect(() => {
    if (who && (path === "/" || path === "/login")) go("/runs", { replace: true });
  }, [who, path]);
  useEffect(() => (who ? countWaiting() : undefined), [who]);
  useFocusOnArrival(path, who != null);
  if (startProblem.value)
    return (
      <main id="main">
        <h1>RMOS</h1>
        <ProblemNote problem={startProblem.value} onRetry={() => location.reload()} />
      </main>
    );
  if (!who) return <Login />;
  return (
    <>
      <a class="skip" href="#main">
        {t("skip")}
      </a>
      <Bar />
      <PageNotes />
      <main id="main" tabIndex={-1} key={persons.value}>
        {screen(path)}
      </main>
      {askAgain.value && <LoginAgain />}
    </>
  );
}

const SCREEN_FIRST_MS = 1_000;

/** Count what waits for a person, once the screen has had its time. Returns how to stop. */
function countWaiting(): () => void {
  let stop = (): void => clearTimeout(timer);
  const begin = async (): Promise<void> => {
    let stopped = false;
    stop = () => (stopped = true);
    const { watchWaiting } = await import("../calls/waiting.js");
    if (!stopped) stop = watchWaiting();
  };
  const timer = setTimeout(() => void begin().catch(() => undefined), SCREEN_FIRST_MS);
  return () => stop();
}

/** Another screen sets the title and moves the focus to its heading, once that is there. */
function useFocusOnArrival(path: string, inside: boolean): void {
  useEffect(() => {
    if (!inside) return undefined;
    const arrived = (): boolean => {
      const heading = document.querySelector<HTMLElement>("main h1:not([data-passing])");
      if (!heading) return false;
      const at = document.activeElement; // the body, where the link that was followed went with its screen
      if (!document.querySelector("dialog[open]") && (at === null || at === document.body || at.closest("main, body > a, header"))) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      }
      return true;
    };
    if (arrived()) return undefined;
    const observer = new MutationObserver(() => arrived() && observer.disconnect());
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [path, inside]);
}
