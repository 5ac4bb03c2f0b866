/** The ebony bar: where things are, what waits, whether it is live, and who is here. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, inches, language, named, setInches, setLanguage, t, tn } from "../words/index.js";
import { heard, liveness, silence, tryNow } from "../calls/live.js";
import { logOut } from "../calls/login.js";
import { highestRole, nobodyAsks, personName, session } from "../calls/session.js";
import { Icon, Mark, type IconName } from "./icons.js";
import { Note } from "./notes.js";
import { place } from "./route.js";

export const waitingReviews = signal<number | undefined>(undefined);
export const waitingRequests = signal<number | undefined>(undefined);

function switchTheme(): void {
  const root = document.documentElement;
  const to = root.dataset["theme"] === "dark" ? "light" : "dark";
  root.dataset["theme"] = to;
  localStorage.setItem("theme", to);
}

function Place({ to, icon, word, count }: { to: string; icon: IconName; word: string; count?: number | undefined }): JSX.Element {
  const here = place.value.path === to || place.value.path.startsWith(`${to}/`) || (to === "/runs" && place.value.path === "/compare");
  return (
    <a href={to} aria-current={here ? "page" : undefined}>
      <Icon name={icon} />
      {word}
      {count !== undefined && count > 0 && (
        <span class="count">
          {count}
          <span class="hidden-text"> {t("waiting")}</span>
        </span>
      )}
    </a>
  );
}

function LiveMark(): JSX.Element | null {
  const state = liveness.value;
  if (state === "off") return null;
  const broken = silence.value > 0 || state === "broken";
  const word = broken ? t("live_broken") : state === "polling" ? t("live_polling") : t("live");
  return (
    <span class="live" title={clock(heard.value)}>
      <Icon name={broken ? "broken" : "live"} />
      <span class="wide-only">{word}</span>
      <span class="hidden-text narrow-word">{word}</span>
    </span>
  );
}

function Person(): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  const who = session.value;
  const name = personName.value || t("nobody");
  useEffect(() => {
    const close = (event: Event): void => {
      const opened = menu.current;
      if (!opened?.open) return;
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !opened.contains(event.target as Node)) opened.open = false;
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="menu" ref={menu}>
      <summary class="who" aria-label={t("person_menu", { name })}>
        <Icon name="person" />
        <span>
          <bdi>{name}</bdi>
        </span>
      </summary>
      <div class="card menu-in">
        <p>
          <strong>
            <bdi>{name}</bdi>
          </strong>
          <span class="small quiet"> {nobodyAsks.value ? t("stated_not_proven") : named("role", highestRole(who?.roles ?? []))}</span>
        </p>
        <div class="btns" role="group" aria-label={t("language")}>
          <button class="chip" type="button" lang="en" aria-pressed={language.value === "en"} onClick={() => void setLanguage("en")}>
            English
          </button>
          <button class="chip" type="button" lang="de" aria-pressed={language.value === "de"} onClick={() => void setLanguage("de")}>
            Deutsch
          </button>
        </div>
        <div class="btns" role="group" aria-label={t("units")}>
          <button class="chip" type="button" aria-pressed={!inches.value} onClick={() => setInches(false)}>
            {t("units_mm")}
          </button>
          <button class="chip" type="button" aria-pressed={inches.value} onClick={() => setInches(true)}>
            {t("units_inch")}
          </button>
        </div>
        <a class="btn plain" href="/about">
          {t("about_title")}
        </a>
        {!nobodyAsks.value && (
          <button class="btn" type="button" onClick={() => void logOut()}>
            {t("log_out")}
          </button>
        )}
      </div>
    </details>
  );
}

export function Bar(): JSX.Element {
  return (
    <header class="bar">
      <div class="bar-in">
        <a class="mark" href="/runs">
          <Mark />
          RMOS
        </a>
        <nav class="nav" aria-label={t("main_places")}>
          <Place to="/runs" icon="runs" word={t("runs_title")} />
          <Place to="/review" icon="review" word={t("review_title")} count={waitingReviews.value} />
          <Place to="/requests" icon="requests" word={t("requests_title")} count={waitingRequests.value} />
          <Place to="/sessions" icon="sessions" word={t("sessions_title")} />
        </nav>
        <div class="bar-end">
          <LiveMark />
          <button type="button" onClick={switchTheme} aria-label={t("light_or_dark")}>
            <Icon name="light" />
          </button>
          <Person />
        </div>
      </div>
    </header>
  );
}

/** Notes about the whole page: nobody is known, nothing is live. */
export function PageNotes(): JSX.Element | null {
  if (!nobodyAsks.value && silence.value === 0) return null;
  return (
    <aside class="page-note" aria-label={t("about_this_page")}>
      {nobodyAsks.value && (
        <p class="small quiet screen" role="note">
          {t("nobody_known")}
        </p>
      )}
      {silence.value > 0 && (
        <Note kind="warn" icon="broken" alert>
          <strong>{tn("not_live", silence.value)}</strong> {t("seen_from", { time: clock(heard.value) })}
          <div class="btns">
            <button class="btn" type="button" onClick={tryNow}>
              <Icon name="again" />
              {t("try_now")}
            </button>
          </div>
        </Note>
      )}
    </aside>
  );
}
