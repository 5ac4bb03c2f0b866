/** Runs chosen for comparing: two at most, the one chosen first goes when there is a third. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../../parts/icons.js";
import { t, tn } from "../../words/index.js";

export interface Chosen {
  readonly id: string;
  readonly label: string;
  readonly serial: string;
  readonly sha256: string;
}

export const chosenRuns = signal<readonly Chosen[]>([]);

export function choose(run: Chosen): void {
  const others = chosenRuns.value.filter((other) => other.id !== run.id);
  chosenRuns.value = others.length < chosenRuns.value.length ? others : [...others.slice(-1), run];
}

export function Tray(): JSX.Element | null {
  const chosen = chosenRuns.value;
  if (!chosen.length) return null;
  const [left, right] = [...chosen].sort((one, other) => (one.id < other.id ? -1 : 1));
  return (
    <section class="tray" aria-label={t("chosen_runs")}>
      <p>
        <strong>{tn("chosen", chosen.length)}</strong>{" "}
        {chosen.map((run, index) => (
          <span key={run.id}>
            {index > 0 && ` ${t("and")} `}
            <bdi>{run.label}</bdi> {run.serial ? <bdi>{run.serial}</bdi> : <span class="code">{run.id}</span>}
          </span>
        ))}
      </p>
      <div class="btns">
        <button class="btn plain" type="button" onClick={() => (chosenRuns.value = [])}>
          {t("clear")}
        </button>
        {left && right ? (
          <a class="btn main" href={`/compare?left=${left.id}&right=${right.id}`}>
            <Icon name="compare" />
            {t("compare")}
          </a>
        ) : (
          <span class="small quiet">{t("choose_another")}</span>
        )}
      </div>
    </section>
  );
}
