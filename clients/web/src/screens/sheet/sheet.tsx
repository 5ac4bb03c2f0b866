/** The setup sheet: what to set up, what to check, and the signature that starts the cut. It prints on one page. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { runs } from "../../calls/clients.js";
import { watch } from "../../calls/live.js";
import { SheetLanguage, SheetUnits, type SetupSheet } from "../../gen/rmos/runs/v1/setup_sheet_pb.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { SheetFormat } from "../../gen/rmos/runs/v1/setup_sheet_pb.js";
import { useAsk } from "../../parts/ask.js";
import { Icon } from "../../parts/icons.js";
import { LevelShape } from "../../parts/level.js";
import { NotFound, Note, ProblemNote, Shown } from "../../parts/notes.js";
import { Head } from "../../parts/title.js";
import { inches, language, moment, t } from "../../words/index.js";
import { Download } from "../run/download.js";
import { Checks } from "./checks.js";
import { usePageHead } from "./page_head.js";
import { SheetHead, SheetBody } from "./paper.js";
import { Sign } from "./sign.js";

const WANTED = { de: SheetLanguage.DE, en: SheetLanguage.EN } as const;

interface Read {
  readonly sheet: SetupSheet;
  readonly run: Run;
}

async function read(name: string, signal: AbortSignal): Promise<Read> {
  const asked = { name, language: WANTED[language.value], units: inches.value ? SheetUnits.IN : SheetUnits.MM };
  const [sheet, run] = await Promise.all([runs.getSetupSheet(asked, { signal }), runs.getRun({ name }, { signal })]);
  return { sheet: sheet.sheet as SetupSheet, run: run.run as Run };
}

/** The screen of a tablet stays on while a sheet is open, where the browser allows it. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    const take = (): void => {
      if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").then((held) => (lock = held), () => undefined);
    };
    take();
    document.addEventListener("visibilitychange", take);
    return () => {
      document.removeEventListener("visibilitychange", take);
      void lock?.release();
    };
  }, []);
}

export default function SheetScreen({ id }: { id: string }): JSX.Element {
  const name = `runs/${id}`;
  const asked = useAsk((signal) => read(name, signal), [name, language.value, inches.value]);
  const [seen, setSeen] = useState("");
  const digest = asked.data?.sheet.sha256 ?? "";
  useWakeLock();
  usePageHead(asked.data ? [asked.data.sheet.title, `${t("serial")} ${asked.data.sheet.instrumentSerial || t("not_known")}`, asked.data.sheet.sha256].join(" · ") : "");
  useEffect(() => watch(`run_id = ${id}`, () => asked.reload()), [id]);
  useEffect(() => {
    if (digest && !seen) setSeen(digest);
  }, [digest]);
  useEffect(() => {
    if (asked.data) document.title = `${t("sheet_title")} ${asked.data.sheet.title} · RMOS`;
  }, [asked.data]);
  if (asked.problem?.missing) return <NotFound back="/runs" word={t("no_such_run", { run: id })} />;
  if (asked.problem?.damaged)
    return (
      <>
        <Head title={t("sheet_title")} />
        <ProblemNote problem={asked.problem} onRetry={asked.reload} />
      </>
    );
  return (
    <Shown asked={asked} title={t("sheet_title")}>
      {({ sheet, run }) => {
        const other = seen !== "" && seen !== sheet.sha256;
        return (
          <div class="sheet">
            {!sheet.released && (
              <div class="band" role="note">
                <LevelShape shape="error" />
                <strong>
                  {t("not_released")} <bdi lang="en">{sheet.notReleased}</bdi>
                </strong>
              </div>
            )}
            <SheetHead sheet={sheet} run={run} />
            <div class="btns screen">
              <button class="btn" type="button" onClick={() => print()}>
                <Icon name="print" />
                {t("print")}
              </button>
              <Download word={t("sheet_pdf")} ask={() => pdf(name)} />
              {sheet.released && <Download word={t("download_pack")} ask={() => runs.getOperatorPack({ name }, { timeoutMs: 120_000 })} />}
              <a class="btn plain" href={`/runs/${id}`}>
                {t("to_the_run")}
              </a>
            </div>
            {other && (
              <Note kind="bad" shape="red" alert>
                <strong>{t("sheet_changed")}</strong>{" "}
                <button class="btn glove" type="button" onClick={() => setSeen(sheet.sha256)}>
                  {t("read_it_again")}
                </button>
              </Note>
            )}
            <SheetBody sheet={sheet} />
            {sheet.items.length > 0 && (
              <section class="card" aria-labelledby="checks">
                <Checks sheet={sheet} covered={other} onRecorded={asked.reload} />
                <Sign sheet={sheet} run={run} covered={other} onRecorded={asked.reload} />
              </section>
            )}
            <p class="paper small">
              {t("printed_from", { time: moment(new Date()), document: sheet.documentSha256, sheet: sheet.sha256 })}
            </p>
          </div>
        );
      }}
    </Shown>
  );
}

/** The sheet as the server prints it, in the form that downloads have. */
async function* pdf(name: string): AsyncGenerator<
  { payload: { case: "header"; value: { filename: string; sizeBytes: bigint; sha256: string } } } | { payload: { case: "chunk"; value: Uint8Array } }
> {
  const asked = { name, language: WANTED[language.value], units: inches.value ? SheetUnits.IN : SheetUnits.MM };
  const answer = await runs.renderSetupSheet({ ...asked, format: SheetFormat.PDF }, { timeoutMs: 60_000 });
  const { filename, sha256, content } = answer;
  yield { payload: { case: "header", value: { filename, sha256, sizeBytes: BigInt(content.length) } } };
  yield { payload: { case: "chunk", value: content } };
}
