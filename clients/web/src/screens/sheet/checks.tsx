/** The check list: a press records, the answer of the server ticks; a tick is taken back by pressing again and confirming. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { silence } from "../../calls/live.js";
import { problemOf, type Problem } from "../../calls/problem.js";
import { may, nobodyAsks, RUNS, statedName } from "../../calls/session.js";
import type { SetupSheet, SheetItem } from "../../gen/rmos/runs/v1/setup_sheet_pb.js";
import { ActDialog, InNameOf, person } from "../../parts/dialog.js";
import { Note, ProblemNote } from "../../parts/notes.js";
import { newKey } from "../../rules/ids.js";
import { number, t, when } from "../../words/index.js";
import { measured } from "./paper.js";

interface ChecksProps {
  readonly sheet: SetupSheet;
  /** True while the sheet is another one than was read. */
  readonly covered: boolean;
  readonly onRecorded: () => void;
}

/** Why nothing can be ticked now; empty where it can. */
export function cannot(method: string, covered: boolean): string {
  if (!may(`${RUNS}/${method}`)) return t("lacking.operator");
  if (covered) return t("read_again_first");
  if (silence.value > 0) return t("not_live_no_acts");
  return nobodyAsks.value && !statedName.value.trim() ? t("name_missing") : "";
}

export function Checks({ sheet, covered, onRecorded }: ChecksProps): JSX.Element {
  const done = sheet.items.filter((item) => item.done).length;
  const next = sheet.items.find((item) => !item.done)?.itemId;
  const told = useSignal("");
  const [back, setBack] = useState<SheetItem>();
  const why = cannot("RecordCheck", covered);
  return (
    <>
      <header>
        <h2 id="checks">{t("check_list")}</h2>
        <p class="small quiet" role="status">
          {t("checks_done", { n: number(done), all: number(sheet.items.length) })} <span class="hidden-text">{told.value}</span>
        </p>
      </header>
      {why && (
        <p class="card-in small quiet screen" id="cannot-tick">
          {why}
        </p>
      )}
      {nobodyAsks.value && (
        <div class="card-in screen">
          <InNameOf />
        </div>
      )}
      <ul class="ticks">
        {sheet.items.map((item) => (
          <Tick
            key={item.itemId}
            sheet={sheet}
            item={item}
            next={item.itemId === next}
            disabled={why !== ""}
            onBack={() => setBack(item)}
            onRecorded={(by) => {
              told.value = t("tick_recorded", { item: item.text, by });
              onRecorded();
            }}
          />
        ))}
      </ul>
      {back && <TakeBack sheet={sheet} item={back} onClose={() => setBack(undefined)} onDone={() => (setBack(undefined), onRecorded())} />}
    </>
  );
}

interface TickProps {
  readonly sheet: SetupSheet;
  readonly item: SheetItem;
  readonly next: boolean;
  readonly disabled: boolean;
  readonly onBack: () => void;
  readonly onRecorded: (by: string) => void;
}

/** A number as people write it, with a comma or a point; NaN for anything else. */
function readNumber(text: string): number {
  return /^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

function Tick({ sheet, item, next, disabled, onBack, onRecorded }: TickProps): JSX.Element {
  const id = useId();
  const sending = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const key = useSignal(newKey());
  const text = useSignal("");
  const wrong = item.takesMeasure && text.value.trim() !== "" && Number.isNaN(readNumber(text.value));
  const record = (): void => {
    if (sending.value || wrong) return;
    sending.value = true;
    problem.value = undefined;
    const measuredMm = item.takesMeasure && text.value.trim() ? readNumber(text.value) : undefined;
    runs
      .recordCheck({ name: sheet.run, sheetSha256: sheet.sha256, itemId: item.itemId, done: true, measuredMm, person: person(), idempotencyKey: key.value })
      .then(
        (answer) => {
          key.value = newKey();
          onRecorded(answer.check?.person ?? "");
        },
        (thrown: unknown) => (problem.value = problemOf(thrown)),
      )
      .finally(() => (sending.value = false));
  };
  const press = (event: { currentTarget: HTMLInputElement }): void => {
    event.currentTarget.checked = item.done; // the answer of the server ticks, not the press
    if (item.done) onBack();
    else record();
  };
  const value = item.check?.measuredMm;
  return (
    <li class={next ? "next" : ""}>
      <div class="tick">
        <input type="checkbox" id={id} checked={item.done} disabled={disabled || sending.value} aria-busy={sending.value} onChange={press} />
        <span>
          <label for={id}>
            <bdi>{item.text}</bdi>
            {!item.required && <span class="quiet"> {t("not_required")}</span>}
          </label>
          {item.takesMeasure && item.done && value !== undefined && <strong> {measured(value)}</strong>}
          {item.takesMeasure && !item.done && (
            <span class="measure">
              <label for={`${id}m`} class="small quiet">
                {t("measured_mm")}
              </label>
              <input
                id={`${id}m`}
                inputMode="decimal"
                maxLength={12}
                disabled={disabled}
                aria-invalid={wrong || undefined}
                aria-describedby={wrong ? `${id}w` : undefined}
                value={text.value}
                onInput={(event) => (text.value = event.currentTarget.value)}
              />
              {wrong && (
                <span class="small" role="alert" id={`${id}w`}>
                  {t("no_number")}
                </span>
              )}
            </span>
          )}
        </span>
        <span class="by">
          {sending.value
            ? t("sending")
            : item.check && (
                <>
                  {!item.done && `${t("taken_back")} `}
                  <bdi>{item.check.person}</bdi> {when(item.check.createTime)}
                </>
              )}
        </span>
      </div>
      {problem.value && <ProblemNote problem={problem.value} writing onRetry={record} />}
    </li>
  );
}

function TakeBack({ sheet, item, onClose, onDone }: { sheet: SetupSheet; item: SheetItem; onClose: () => void; onDone: () => void }): JSX.Element {
  return (
    <ActDialog
      title={t("take_back_title")}
      under={<bdi>{item.text}</bdi>}
      keep={t("leave_it")}
      act={t("take_back")}
      onClose={onClose}
      write={async (idempotencyKey) => {
        await runs.recordCheck({ name: sheet.run, sheetSha256: sheet.sha256, itemId: item.itemId, done: false, person: person(), idempotencyKey });
        onDone();
      }}
    >
      <Note>{t("take_back_hint")}</Note>
    </ActDialog>
  );
}
