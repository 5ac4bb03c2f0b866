/** Search field and chips; all they do is change the address. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { catalogue, machineName, woodName } from "../../calls/catalogue.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { Icon } from "../../parts/icons.js";
import { LevelShape, levelWord, shapeOf } from "../../parts/level.js";
import { go, place, withQuery } from "../../parts/route.js";
import { shortcutsOn } from "../../parts/shortcuts.js";
import { fileDigest } from "../../rules/file_digest.js";
import { filterOf, LEVELS } from "../../rules/run_filter.js";
import { number, t } from "../../words/index.js";
import { countLevels, levelCount, uncounted } from "./list.js";

export function SearchField({ text }: { text: string }): JSX.Element {
  const element = useRef<HTMLInputElement>(null);
  const told = useSignal("");
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || !shortcutsOn()) return;
      event.preventDefault();
      element.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  // a field made anew for each search would lose the focus
  useEffect(() => {
    if (element.current) element.current.value = text;
  }, [text]);
  const find = (value: string): void => {
    if (value.trim() !== (place.value.query.get("q") ?? "")) go(withQuery({ q: value.trim(), after: "" }));
  };
  const lookUp = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    told.value = t("hashing", { name: file.name });
    try {
      const digest = await fileDigest(file);
      told.value = "";
      if (digest === undefined) told.value = t("file_too_large");
      else go(`/runs?q=${digest}`);
    } catch {
      told.value = t("file_unreadable");
    }
  };
  return (
    <div
      class="search"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void lookUp(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="search" />
      <label class="hidden-text" for="q">
        {t("search_label")}
      </label>
      <input
        id="q"
        type="search"
        ref={element}
        maxLength={200}
        placeholder={t("search_hint")}
        onChange={(event) => find(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && find(event.currentTarget.value)}
      />
      <label class="btn plain small pick-file">
        {t("choose_file")}
        <input class="hidden-text" type="file" onChange={(event) => void lookUp(event.currentTarget.files?.[0])} />
      </label>
      <p role="status" class="small">
        {told.value}
      </p>
    </div>
  );
}

export function Filters({ query, ready }: { query: URLSearchParams; ready: boolean }): JSX.Element {
  const chosen = new Set((query.get("level") ?? "").split(",").filter(Boolean));
  const base = filterOf(query, ["level"]);
  useEffect(() => {
    if (ready) void countLevels(base).catch(() => undefined);
  }, [ready, base, uncounted.value]);
  const toggle = (level: string): void => {
    const next = new Set(chosen);
    if (!next.delete(level)) next.add(level);
    go(withQuery({ level: [...next].join(","), after: "" }));
  };
  const set = (name: string) => (event: { currentTarget: { value: string } }) =>
    go(withQuery({ [name]: event.currentTarget.value, after: "" }));
  const known = catalogue.value;
  return (
    <div class="chips filters" role="group" aria-label={t("filters")}>
      {LEVELS.map((level) => {
        const value = RiskLevel[level];
        const n = levelCount(base, level);
        return (
          <button key={level} type="button" class="chip" aria-pressed={chosen.has(level)} onClick={() => toggle(level)}>
            <LevelShape shape={shapeOf(value)} />
            {levelWord(value)} {n !== undefined && <span class="n">{number(n)}</span>}
          </button>
        );
      })}
      <button
        type="button"
        class="chip"
        aria-pressed={query.get("gate") === "closed"}
        onClick={() => go(withQuery({ gate: query.get("gate") === "closed" ? "" : "closed", after: "" }))}
      >
        <Icon name="closed" />
        {t("gate_closed_chip")}
      </button>
      <Choice name="machine" word={t("machine")} value={query.get("machine") ?? ""} onChange={set("machine")} ids={known?.machines.map((entry) => entry.machine?.machineId ?? "") ?? []} show={machineName} />
      <Choice name="wood" word={t("wood")} value={query.get("wood") ?? ""} onChange={set("wood")} ids={known?.materials.map((entry) => entry.material?.materialId ?? "") ?? []} show={woodName} />
      <DateChip name="from" word={t("from_day")} value={query.get("from") ?? ""} onChange={set("from")} />
      <DateChip name="to" word={t("to_day")} value={query.get("to") ?? ""} onChange={set("to")} />
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly word: string;
  readonly value: string;
  readonly ids: readonly string[];
  readonly show: (id: string) => string;
  readonly onChange: (event: { currentTarget: { value: string } }) => void;
}

function Choice({ name, word, value, ids, show, onChange }: ChoiceProps): JSX.Element {
  const offered = value && !ids.includes(value) ? [value, ...ids] : ids;
  return (
    <select class={`chip ${value ? "pressed" : ""}`} name={name} aria-label={word} value={value} onChange={onChange}>
      <option value="">{word}</option>
      {offered.filter(Boolean).map((id) => (
        <option key={id} value={id}>
          {show(id)}
        </option>
      ))}
    </select>
  );
}

function DateChip({ name, word, value, onChange }: Pick<ChoiceProps, "name" | "word" | "value" | "onChange">): JSX.Element {
  return (
    <label class={`chip date ${value ? "pressed" : ""}`}>
      {word}
      <input type="date" name={name} value={value} onChange={onChange} />
    </label>
  );
}
