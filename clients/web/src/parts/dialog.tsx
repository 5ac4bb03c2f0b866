/** Dialogs: the browser's own, so that focus, Escape and what lies behind are right. */
import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { silence } from "../calls/live.js";
import { problemOf, type Problem } from "../calls/problem.js";
import { nobodyAsks, personName, session, statedName } from "../calls/session.js";
import { newKey } from "../rules/ids.js";
import { clock, number, t } from "../words/index.js";
import { Note, ProblemNote } from "./notes.js";

interface DialogProps {
  readonly title: ComponentChildren;
  readonly under?: ComponentChildren;
  readonly footer: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** Edge of a dialog that opens what is not to be cut. */
  readonly grave?: boolean;
}

export function Dialog({ title, under, footer, children, onClose, onSubmit, grave = false }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // before it is painted: a key that is pressed as soon as it is seen is the dialog's own
  useLayoutEffect(() => {
    const opened = element.current;
    const before = document.activeElement;
    opened?.showModal();
    const first = opened?.querySelector<HTMLElement>("input, textarea, select, button");
    first?.focus();
    return () => {
      opened?.close();
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return; // it is where what follows has put it
        const back = before instanceof HTMLElement && before.isConnected ? before : document.querySelector("main");
        back?.focus();
      });
    };
  }, []);
  return (
    <dialog class={`dialog ${grave ? "grave" : ""}`} ref={element} aria-labelledby={heading} onCancel={(event) => (event.preventDefault(), onClose())}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div class="dhead">
          <h1 id={heading}>{title}</h1>
          {under && <p class="quiet">{under}</p>}
        </div>
        <div class="body">{children}</div>
        <footer>{footer}</footer>
      </form>
    </dialog>
  );
}

export interface Act {
  readonly sending: boolean;
  readonly problem: Problem | undefined;
  readonly key: string;
  readonly send: () => void;
}

/** One write: its key stays until it succeeded, so that trying again sends the same request. */
export function useAct(write: (key: string) => Promise<void>): Act {
  const [key, setKey] = useState(newKey);
  const sending = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const send = (): void => {
    if (sending.value) return;
    sending.value = true;
    problem.value = undefined;
    write(key).then(
      () => {
        sending.value = false;
        setKey(newKey());
      },
      (thrown: unknown) => {
        problem.value = problemOf(thrown);
        sending.value = false;
      },
    );
  };
  return { sending: sending.value, problem: problem.value, key, send };
}

/** True while what an open dialog is about has changed and nobody has looked. */
export const changedBehind = signal(false);

interface ActDialogProps {
  readonly title: ComponentChildren;
  readonly under?: ComponentChildren;
  readonly keep: string;
  readonly act: string;
  /** Why the act is not possible yet; empty where it is. */
  readonly lacks?: string;
  readonly write: (key: string) => Promise<void>;
  readonly onClose: () => void;
  /** Called when the server says that the person may not do this. Absent: the dialog tells it. */
  readonly onDenied?: (problem: Problem) => void;
  readonly children?: ComponentChildren;
  readonly grave?: boolean;
  /** False where the dialog itself asks who it is. */
  readonly named?: boolean;
}

/** A dialog about one act in somebody's name. */
export function ActDialog({ title, under, keep, act, lacks = "", write, onClose, onDenied, children, grave, named = true }: ActDialogProps): JSX.Element {
  const doing = useAct(write);
  const why = useId();
  const stale = silence.value > 0 ? t("not_live_no_acts") : "";
  const nameless = nobodyAsks.value && !statedName.value.trim() ? t("name_missing") : "";
  const missing = stale || (changedBehind.value ? t("changed_look_first") : "") || lacks || nameless;
  const disabled = doing.sending || missing !== "";
  useEffect(() => {
    if (doing.problem?.denied) onDenied?.(doing.problem);
  }, [doing.problem]);
  return (
    <Dialog
      title={title}
      under={under}
      onClose={onClose}
      onSubmit={() => !disabled && doing.send()}
      grave={grave ?? false}
      footer={
        <>
          <button class="btn glove" type="button" onClick={onClose}>
            {keep}
          </button>
          <button class="btn main glove" type="submit" disabled={disabled} aria-describedby={missing ? why : undefined}>
            {doing.sending ? t("sending") : act}
          </button>
          {missing && (
            <p class="small quiet lacks" id={why}>
              {missing}
            </p>
          )}
        </>
      }
    >
      {changedBehind.value && !doing.sending && (
        <Note kind="warn" alert>
          <strong>{t("changed_while_looking")}</strong> {t("behind_this_form")}{" "}
          <button class="btn" type="button" onClick={() => (changedBehind.value = false)}>
            {t("seen")}
          </button>
        </Note>
      )}
      {children}
      {named && <InNameOf />}
      {doing.problem && <ProblemNote problem={doing.problem} writing onRetry={doing.problem.nothingRecorded ? undefined : doing.send} />}
    </Dialog>
  );
}

/** In whose name something is done: proven by the log-in, or stated where the server knows nobody. */
export function InNameOf(): JSX.Element {
  const id = useId();
  const who = session.value;
  if (nobodyAsks.value)
    return (
      <div class="field">
        <label for={id}>
          {t("your_name")} <span class="hint">{t("stated_not_proven")}</span>
        </label>
        <input id={id} maxLength={100} autocomplete="name" value={statedName.value} onInput={(event) => (statedName.value = event.currentTarget.value)} />
      </div>
    );
  return (
    <dl class="facts">
      <dt>{t("in_the_name_of")}</dt>
      <dd>
        <strong>
          <bdi>{personName.value}</bdi>
        </strong>
        {who && `, ${t("logged_in_at", { time: clock(who.since, "short") })}`}
      </dd>
    </dl>
  );
}

/** The person a request names: nobody where a log-in proves who it is. */
export const person = (): string => (nobodyAsks.value ? statedName.value.trim() : "");

interface ReasonProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly most: number;
  readonly required?: boolean;
}

/** A longer text, counted. */
export function Reason({ label, hint, value, onInput, most, required = true }: ReasonProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {label}{" "}
        <span class="hint" id={`${id}h`}>
          {hint}
        </span>
      </label>
      <textarea id={id} aria-describedby={`${id}h`} maxLength={most} required={required} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
      <p class="small quiet">{t("counted", { n: number([...value].length), most: number(most) })}</p>
    </div>
  );
}

type FieldProps = Omit<ReasonProps, "hint" | "most"> & {
  readonly hint?: string;
  readonly most?: number;
  readonly autocomplete?: string;
  /** True for a password. */
  readonly secret?: boolean;
};

/** A short text. */
export function Field({ label, hint = "", value, onInput, most = 200, autocomplete = "off", secret = false }: FieldProps): JSX.Element {
  const id = useId();
  const rest = { id, autocomplete, maxLength: most, value, onInput: (event: { currentTarget: HTMLInputElement }): void => onInput(event.currentTarget.value) };
  return (
    <div class="field">
      <label for={id}>
        {label} {hint && <span class="hint">{hint}</span>}
      </label>
      {secret ? <input type="password" {...rest} /> : <input {...rest} />}
    </div>
  );
}
