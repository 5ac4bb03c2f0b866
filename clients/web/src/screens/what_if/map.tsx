/** The map: plain GREEN, a stroke YELLOW, a cross RED, dots what is not known. One stop for the keyboard. */
import type { JSX } from "preact";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { named, number, t } from "../../words/index.js";
import { regions, UNITS, valueAt, type Axis, type Point, type Swept } from "./sweep.js";

const LEFT = 64;
const TOP = 16;
const WIDE = 34;
const HIGH = 26;

interface MapProps {
  readonly swept: Swept;
  readonly chosen: number;
  readonly own: number | undefined;
  readonly best: number | undefined;
  readonly onChoose: (index: number) => void;
}

export const axisWord = (axis: Axis): string => t("axis_unit", { axis: named("axis", axis.name), unit: UNITS[axis.name] });

export function Map({ swept, chosen, own, best, onChoose }: MapProps): JSX.Element {
  const { x, y, points } = swept;
  const width = LEFT + x.count * WIDE + 10;
  const bottom = TOP + y.count * HIGH;
  const left = (index: number): number => LEFT + (index % x.count) * WIDE;
  const top = (index: number): number => bottom - (Math.floor(index / x.count) + 1) * HIGH;
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: x.count, ArrowDown: -x.count }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const sameRow = Math.floor((chosen + by) / x.count) === Math.floor(chosen / x.count);
    const next = chosen + by;
    if (next >= 0 && next < points.length && (Math.abs(by) > 1 || sameRow)) onChoose(next);
  };
  const touch = (event: MouseEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest("[data-cell]") : null;
    if (cell) onChoose(Number(cell.getAttribute("data-cell")));
  };
  return (
    <div class="scroll map-scroll" tabIndex={0} role="application" aria-label={t("map_label")} aria-describedby="map-value" onKeyDown={press}>
      <svg class="map" viewBox={`0 0 ${width} ${bottom + 48}`} role="img" aria-labelledby="map-title" onClick={touch}>
        <title id="map-title">{t("map_title", { x: named("axis", x.name), y: named("axis", y.name) })}</title>
        {points.map((point, index) => (
          <Cell key={index} index={index} point={point} x={left(index)} y={top(index)} />
        ))}
        {regions(swept).map(({ category, column, row }) => {
          const word = named("category", category);
          const half = word.length * 4 + 10;
          const middle = Math.min(Math.max(LEFT + (column + 0.5) * WIDE, LEFT + half), width - 10 - half);
          const line = bottom - (row + 0.5) * HIGH;
          return (
            <g key={`${category}/${column}/${row}`} class="region">
              <rect class="tagback" x={middle - half} y={line - 12} width={half * 2} height="23" rx="3" />
              <text class="tag" x={middle} y={line + 5} text-anchor="middle">
                {word}
              </text>
            </g>
          );
        })}
        {own !== undefined && (
          <>
            <rect class="own" x={left(own) - 1} y={top(own) - 1} width={WIDE + 1} height={HIGH + 1} />
            <rect class="own-in" x={left(own) + 2} y={top(own) + 2} width={WIDE - 5} height={HIGH - 5} />
          </>
        )}
        {best !== undefined && (
          <>
            <circle class="own" cx={left(best) + WIDE / 2} cy={top(best) + HIGH / 2} r="9" />
            <circle class="own-in" cx={left(best) + WIDE / 2} cy={top(best) + HIGH / 2} r="6" />
          </>
        )}
        <rect class="here" x={left(chosen) + 1} y={top(chosen) + 1} width={WIDE - 3} height={HIGH - 3} />
        {Array.from({ length: Math.ceil(x.count / 2) }, (_, at) => (
          <text key={at} x={LEFT + (at * 2 + 0.5) * WIDE} y={bottom + 19} text-anchor="middle">
            {number(valueAt(x, at * 2))}
          </text>
        ))}
        {Array.from({ length: Math.ceil(y.count / 2) }, (_, at) => (
          <text key={at} x={LEFT - 8} y={bottom - (at * 2 + 0.5) * HIGH + 5} text-anchor="end">
            {number(valueAt(y, at * 2))}
          </text>
        ))}
        <text class="name" x={LEFT + (x.count * WIDE) / 2} y={bottom + 42} text-anchor="middle">
          {axisWord(x)}
        </text>
        <text class="name" transform={`translate(14 ${TOP + (y.count * HIGH) / 2}) rotate(-90)`} text-anchor="middle">
          {axisWord(y)}
        </text>
      </svg>
    </div>
  );
}

function Cell({ index, point, x, y }: { index: number; point: Point | undefined; x: number; y: number }): JSX.Element {
  const level = point?.level ?? RiskLevel.UNKNOWN;
  const [w, h] = [WIDE - 1, HIGH - 1];
  const fill = level === RiskLevel.GREEN ? "g" : level === RiskLevel.YELLOW ? "y" : level === RiskLevel.RED ? "r" : "u";
  return (
    <g data-cell={index}>
      <rect class={fill} x={x} y={y} width={w} height={h} />
      {fill === "y" && <path class="yl" d={`M${x + 6} ${y + 19}L${x + 18} ${y + 5}`} />}
      {fill === "r" && <path class="rl" d={`M${x + 8} ${y + 6}l14 13m0-13l-14 13`} />}
      {fill === "u" && <path class="ul" d={`M${x + 8} ${y + 12}h.1m8 0h.1m8 0h.1`} />}
    </g>
  );
}
