/** The way of the bit, as the server draws it: of all programs or of one, from above or from the side. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { toolpath, type Drawn } from "../../calls/pictures.js";
import type { AuditedProgram } from "../../gen/rmos/runs/v1/run_pb.js";
import { ProgramView } from "../../gen/rmos/runs/v1/runs_service_pb.js";
import { useSeen } from "../../parts/seen.js";
import { named, t } from "../../words/index.js";

const WIDTH_PX = 1000;
const VIEWS = [ProgramView.TOP, ProgramView.SIDE] as const;

export function Toolpath({ name, programs }: { name: string; programs: readonly AuditedProgram[] }): JSX.Element {
  const [sha256, setSha256] = useState("");
  const [view, setView] = useState<ProgramView>(ProgramView.TOP);
  const [drawn, setDrawn] = useState<Drawn>();
  const [element, seen] = useSeen<HTMLElement>();
  const all = programs.map((program) => program.sha256).join(" ");
  const chosen = programs.find((program) => program.sha256 === sha256);
  useEffect(() => {
    if (!seen) return undefined;
    let gone = false;
    setDrawn(undefined);
    void toolpath(name, all, chosen?.sha256 ?? "", view, WIDTH_PX).then((found) => !gone && setDrawn(found));
    return () => {
      gone = true;
    };
  }, [seen, name, all, chosen?.sha256, view]);
  const alt = t("toolpath_of", { file: chosen?.name ?? t("all_programs"), view: named("program_view", view) });
  return (
    <figure class="drawing toolpath" ref={element} aria-busy={seen && !drawn}>
      {drawn?.address ? (
        <img src={drawn.address} alt={alt} />
      ) : (
        <p class="nothing quiet">{drawn ? <bdi lang="en">{drawn.sentence || t("wrong_bytes")}</bdi> : t("loading")}</p>
      )}
      <figcaption>{t("toolpath_caption")}</figcaption>
      <div class="btns">
        {VIEWS.map((one) => (
          <button key={one} class="btn" type="button" aria-pressed={one === view} onClick={() => setView(one)}>
            {named("program_view", one)}
          </button>
        ))}
        {programs.length > 1 && (
          <select aria-label={t("which_program")} value={chosen?.sha256 ?? ""} onChange={(event) => setSha256(event.currentTarget.value)}>
            <option value="">{t("all_programs")}</option>
            {programs.map((program) => (
              <option key={program.sha256} value={program.sha256}>
                {program.name}
              </option>
            ))}
          </select>
        )}
      </div>
    </figure>
  );
}
