/** What stands on the sheet: the part, stock and zero, bits, feeds, programs, open warnings, what has changed. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import qrcode from "qrcode-generator";
import { GateDecision, type Run } from "../../gen/rmos/runs/v1/run_pb.js";
import type { SetupSheet, SheetGroup, SheetTool, SheetWarning } from "../../gen/rmos/runs/v1/setup_sheet_pb.js";
import { FindingLevel } from "../../gen/rmos/type/v1/program_audit_pb.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { Icon } from "../../parts/icons.js";
import { Level, LevelShape, shapeOf } from "../../parts/level.js";
import { Picture } from "../../parts/picture.js";
import { idOf } from "../../rules/ids.js";
import { measure, moment, named, t, tn, when } from "../../words/index.js";

export function SheetHead({ sheet, run }: { sheet: SetupSheet; run: Run }): JSX.Element {
  return (
    <section class="card">
      <div class="sheet-head">
        <div>
          <p class="small quiet">
            {t("sheet_title")} · <span class="code">{run.runId}</span> · {t("recorded_at", { time: moment(sheet.recordTime) })}
          </p>
          <h1>
            <bdi>{sheet.title}</bdi>
          </h1>
          <p class="serial">
            {t("serial")} <bdi>{sheet.instrumentSerial || t("not_known")}</bdi>
          </p>
          <p>
            <Level level={sheet.riskLevel} score={sheet.score} long />{" "}
            <span class="gate">
              <Icon name={sheet.released ? "open" : "closed"} />
              <strong>{gateWords(sheet)}</strong>
            </span>
          </p>
          {sheet.override && (
            <p class="quiet">
              “<bdi>{sheet.override.reason}</bdi>”
            </p>
          )}
        </div>
        <Picture name={run.name} sha256={sheet.documentSha256} mode={run.mode} size={92} />
        <QrCode text={sheet.qrText} />
      </div>
    </section>
  );
}

function gateWords(sheet: SetupSheet): string {
  if (sheet.gateDecision === GateDecision.ALLOWED) return t("gatebar.open");
  if (sheet.gateDecision === GateDecision.OVERRIDDEN)
    return t("gatebar.overridden", { name: sheet.override?.person ?? "", time: when(sheet.override?.createTime) });
  return named("gatebar.closed", sheet.riskLevel);
}

const QUIET = 4;

/** Run and digest as a QR code with its quiet zone. */
function QrCode({ text }: { text: string }): JSX.Element | null {
  const drawn = useMemo(() => {
    if (!text) return undefined;
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const size = code.getModuleCount();
    let path = "";
    for (let row = 0; row < size; row += 1)
      for (let column = 0; column < size; column += 1) if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    return { path, side: size + 2 * QUIET };
  }, [text]);
  if (!drawn) return null;
  return (
    <svg class="qr" role="img" aria-label={t("qr_label")} viewBox={`0 0 ${drawn.side} ${drawn.side}`}>
      <path d={drawn.path} fill="#000" />
    </svg>
  );
}

export function SheetBody({ sheet }: { sheet: SetupSheet }): JSX.Element {
  const feeds = sheet.groups.filter((group) => group.groupId === "feeds");
  const others = sheet.groups.filter((group) => group.groupId !== "feeds");
  return (
    <>
      <div class="grid once">
        <section class="card">
          {others.map((group) => (
            <Group key={group.groupId} group={group} />
          ))}
          {sheet.drawingSvg && <PartDrawing svg={sheet.drawingSvg} />}
        </section>
        <section class="card">
          <header>
            <h2>{t("bits_in_order")}</h2>
          </header>
          <div class="card-in">
            {sheet.tools.length === 0 && <p>{t("not_known")}</p>}
            <ul class="bits">
              {sheet.tools.map((tool, index) => (
                <Tool key={index} tool={tool} />
              ))}
            </ul>
          </div>
          {feeds.map((group) => (
            <Group key={group.groupId} group={group} />
          ))}
        </section>
      </div>
      <Programs sheet={sheet} />
      <div class="grid">
        <Warnings warnings={sheet.warnings} />
        <Changed sheet={sheet} />
      </div>
    </>
  );
}

/** The part with its dimensions. As the source of an image an SVG runs nothing and fetches nothing. */
function PartDrawing({ svg }: { svg: string }): JSX.Element {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return <div class="card-in">{address && <img class="part-drawing" src={address} alt={t("part_drawing")} />}</div>;
}

function Group({ group }: { group: SheetGroup }): JSX.Element {
  return (
    <>
      <header>
        <h2>{group.title}</h2>
      </header>
      <div class="card-in">
        <dl class="facts">
          {group.rows.map((row) => (
            <>
              <dt key={row.rowId}>{row.label}</dt>
              <dd class={row.known ? "" : "quiet"}>
                <bdi>{row.text}</bdi>
                {row.otherUnits && <span class="quiet"> ({row.otherUnits})</span>}
              </dd>
            </>
          ))}
        </dl>
      </div>
    </>
  );
}

/** A bit with its stick-out; the drawing is a sign, the numbers are the server's. */
function Tool({ tool }: { tool: SheetTool }): JSX.Element {
  const out = tool.stickoutMm;
  return (
    <li>
      <svg class="bit" viewBox="0 0 64 150" aria-hidden="true">
        <g fill="none" stroke="currentColor" stroke-width="1.6">
          <path d="M18 4h16v62H18z" />
          <path d="M19 66l2 6v58h10V72l2-6" />
          <path d="M21 78q5 7 10 3M21 92q5 7 10 3M21 106q5 7 10 3M21 120q5 7 10 3" />
          {out !== undefined && <path d="M42 46v84M38 46h8M38 130h8" stroke-width="1" />}
          <path d="M21 138v6m10-6v6M21 141h10" stroke-width="1" />
        </g>
        {out !== undefined && (
          <text x="47" y="92">
            {Math.round(out * 10) / 10}
          </text>
        )}
      </svg>
      <div>
        <strong>
          {tool.number !== undefined && `T${tool.number}: `}
          <bdi>{tool.name}</bdi>
        </strong>
        <div class="quiet">
          <bdi>{tool.text}</bdi>
          {out === undefined && ` · ${t("stickout_not_known")}`}
        </div>
      </div>
    </li>
  );
}

/** A digest in groups of four, as it is compared at the machine. */
export const grouped = (digest: string): string => `${digest.slice(0, 12).replace(/(.{4})/g, "$1 ")}… ${digest.slice(-4)}`;

function Programs({ sheet }: { sheet: SetupSheet }): JSX.Element {
  return (
    <section class="card" aria-labelledby="sheet-programs">
      <header>
        <h2 id="sheet-programs">{t("programs_in_order")}</h2>
      </header>
      {sheet.programs.length === 0 ? (
        <p class="card-in">{t("no_programs")}</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("programs_caption")}>
          <table class="stackable">
            <caption class="hidden-text">{t("programs_caption")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("file")}</th>
                <th scope="col">{t("digest")}</th>
                <th scope="col" class="number">
                  {t("time")}
                </th>
                <th scope="col" class="number">
                  {t("lowest_z")}
                </th>
                <th scope="col" class="number">
                  {t("extent")}
                </th>
              </tr>
            </thead>
            <tbody>
              {sheet.programs.map((program, index) => (
                <tr key={program.sha256}>
                  <th scope="row" class="full">
                    {index + 1} <bdi>{program.name}</bdi>
                  </th>
                  <td class="code nowrap full" data-label={t("digest")}>
                    {grouped(program.sha256)}
                  </td>
                  <td class="number" data-label={t("time")}>
                    {program.timeText || t("not_known")}
                  </td>
                  <td class="number" data-label={t("lowest_z")}>
                    {program.lowestZText || t("not_known")}
                  </td>
                  <td class="number full" data-label={t("extent")}>
                    {program.extentText || t("not_known")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Warnings({ warnings }: { warnings: readonly SheetWarning[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="sheet-warnings">
      <header>
        <h2 id="sheet-warnings">{t("open_warnings")}</h2>
      </header>
      <div class="card-in">
        {warnings.length === 0 && <p>{t("none")}</p>}
        <ul class="list">
          {warnings.map((one, index) => (
            <li class="finding" key={index}>
              <LevelShape shape={one.riskLevel !== RiskLevel.UNSPECIFIED ? shapeOf(one.riskLevel) : one.findingLevel === FindingLevel.ERROR ? "red" : one.findingLevel === FindingLevel.NOT_VERIFIABLE ? "unknown" : "yellow"} />
              <div>
                <bdi lang="en">{one.text}</bdi>
                {one.acceptedBy && (
                  <div class="small">
                    {t("accepted_by")} <bdi>{one.acceptedBy}</bdi>
                  </div>
                )}
              </div>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Changed({ sheet }: { sheet: SetupSheet }): JSX.Element {
  const { comparison } = sheet;
  return (
    <section class="card" aria-labelledby="sheet-changed">
      <header>
        <h2 id="sheet-changed">
          {comparison ? t("changed_since", { serial: comparison.instrumentSerial || idOf(comparison.run) }) : t("first_of_its_kind")}
        </h2>
      </header>
      <div class="card-in">
        {!comparison && <p>{t("never_finished")}</p>}
        {comparison && (
          <>
            {comparison.changes.length === 0 && <p>{t("nothing_changed")}</p>}
            <ul class="list">
              {comparison.changes.map((change) => (
                <li key={change}>
                  <bdi>{change}</bdi>
                </li>
              ))}
              {comparison.leftOutCount > 0 && <li>{tn("and_more", comparison.leftOutCount)}</li>}
            </ul>
            <p class="small quiet">
              <a href={`/runs/${idOf(comparison.run)}`}>{idOf(comparison.run)}</a>, {t("finished_at", { time: moment(comparison.finishTime) })}
            </p>
          </>
        )}
      </div>
    </section>
  );
}

/** A measured value as it was recorded. */
export const measured = (value: number | undefined): string => (value === undefined ? "" : measure(value, "mm"));
