/** Logging in: a page of its own, or in front of what somebody was doing. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { logIn } from "../calls/login.js";
import { problemOf, type Problem } from "../calls/problem.js";
import { session } from "../calls/session.js";
import { Mark } from "../parts/icons.js";
import { ProblemNote } from "../parts/notes.js";
import { language, setLanguage, t } from "../words/index.js";

function LoginForm({ name = "" }: { name?: string }): JSX.Element {
  const who = useSignal(name);
  const password = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const submit = (): void => {
    if (sending.value) return;
    sending.value = true;
    problem.value = undefined;
    logIn(who.value.trim(), password.value)
      .catch((thrown: unknown) => {
        problem.value = problemOf(thrown);
        password.value = "";
      })
      .finally(() => (sending.value = false));
  };
  const described = problem.value ? "login-problem" : undefined;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="field">
        <label for="name">{t("name")}</label>
        <input id="name" autocomplete="username" required maxLength={100} value={who.value} onInput={(event) => (who.value = event.currentTarget.value)} />
      </div>
      <div class="field">
        <label for="password">{t("password")}</label>
        <input
          id="password"
          type="password"
          autocomplete="current-password"
          required
          maxLength={200}
          aria-invalid={problem.value ? true : undefined}
          aria-describedby={described}
          value={password.value}
          onInput={(event) => (password.value = event.currentTarget.value)}
        />
      </div>
      {problem.value && <ProblemNote problem={problem.value} id={described ?? ""} />}
      <button class="btn main glove" type="submit" disabled={sending.value}>
        {sending.value ? t("sending") : t("log_in")}
      </button>
    </form>
  );
}

export function Login(): JSX.Element {
  useEffect(() => {
    document.title = `${t("log_in")} · RMOS`;
    document.querySelector<HTMLElement>("#name")?.focus();
  }, []);
  const other = language.value === "en" ? "de" : "en";
  return (
    <div class="door">
      <main id="main">
        <p class="mark">
          <Mark />
          RMOS
        </p>
        <h1>{t("log_in")}</h1>
        <LoginForm />
        <p class="small quiet">{t("log_in_hint")}</p>
        <p class="small">
          <button class="btn plain" type="button" lang={other} onClick={() => void setLanguage(other)}>
            {other === "de" ? "Deutsch" : "English"}
          </button>
        </p>
      </main>
    </div>
  );
}

/** The token ended while somebody was at work: what they typed stays behind this. */
export function LoginAgain(): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    element.current?.showModal();
    element.current?.querySelector<HTMLElement>("#password")?.focus();
  }, []);
  return (
    <dialog class="dialog" ref={element} aria-labelledby="again" onCancel={(event) => event.preventDefault()}>
      <div class="dhead">
        <h1 id="again">{t("log_in_again")}</h1>
        <p class="quiet">{t("log_in_again_hint")}</p>
      </div>
      <div class="body">
        <LoginForm name={session.value?.identity?.name ?? ""} />
      </div>
    </dialog>
  );
}
