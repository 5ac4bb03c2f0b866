/** A sweep over two numbers around those of a run, as the server computed it. */
import { clone, create } from "@bufbuild/protobuf";
import { feasibility } from "../../calls/feasibility.js";
import { SweepAxisSchema, type SweepResult } from "../../gen/rmos/feasibility/v1/feasibility_service_pb.js";
import type { Run } from "../../gen/rmos/runs/v1/run_pb.js";
import { ContextSchema, CutSchema, UncertaintyMethod, UncertaintySchema, type Context } from "../../gen/rmos/type/v1/context_pb.js";
import { RiskCategory, RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";

export const MOST_POINTS = 2_500;

/** A number of the cut that can be swept. */
export const AXES = ["feedRateMmPerMin", "axialDepthMm", "spindleSpeedRpm", "radialWidthMm", "plungeRateMmPerMin"] as const;
export type AxisName = (typeof AXES)[number];

const FIELDS: Readonly<Record<AxisName, string>> = {
  feedRateMmPerMin: "context.cut.feed_rate_mm_per_min",
  axialDepthMm: "context.cut.axial_depth_mm",
  spindleSpeedRpm: "context.cut.spindle_speed_rpm",
  radialWidthMm: "context.cut.radial_width_mm",
  plungeRateMmPerMin: "context.cut.plunge_rate_mm_per_min",
};
export const UNITS: Readonly<Record<AxisName, string>> = {
  feedRateMmPerMin: "mm/min",
  axialDepthMm: "mm",
  spindleSpeedRpm: "rpm",
  radialWidthMm: "mm",
  plungeRateMmPerMin: "mm/min",
};
export const STEPS = { x: 21, y: 17 } as const;
const COARSE: readonly number[] = [1, 2, 2.5, 5];

export interface Axis {
  readonly name: AxisName;
  readonly min: number;
  readonly step: number;
  readonly count: number;
}

export const valueAt = (axis: Axis, index: number): number => Number((axis.min + axis.step * index).toPrecision(10));

/** Round steps of an axis around a run's value, which is one of them where it is round itself. */
export function axisAround(name: AxisName, value: number, count: number): Axis {
  const wish = (value * 1.6) / count;
  const power = 10 ** Math.floor(Math.log10(wish));
  const step = (COARSE.find((one) => one * power >= wish * 0.8) ?? 10) * power;
  const below = Math.min(Math.floor(count / 2), Math.max(0, Math.round(value / step) - 1));
  return { name, min: Number((value - below * step).toPrecision(10)), step, count };
}

export interface Point {
  readonly level: RiskLevel;
  readonly score: number;
  readonly category: RiskCategory;
  readonly seconds: number;
}

export interface Swept {
  readonly x: Axis;
  readonly y: Axis;
  /** Rows from the lowest y; within a row by x. */
  readonly points: readonly (Point | undefined)[];
  readonly result: SweepResult | undefined;
}

/** Axes for a run: what was asked for in the address, where the run has such numbers. */
export function axesOf(run: Run, wishX: string, wishY: string): { x: Axis; y: Axis } | undefined {
  const cut = run.context?.cut;
  const there = AXES.filter((name) => (cut?.[name] ?? 0) > 0);
  const x = there.find((name) => name === wishX) ?? there[0];
  const y = there.find((name) => name === wishY && name !== x) ?? there.find((name) => name !== x);
  if (!cut || !x || !y) return undefined;
  return { x: axisAround(x, cut[x] as number, STEPS.x), y: axisAround(y, cut[y] as number, STEPS.y) };
}

/** The run's context with other numbers. */
export function contextWith(run: Run, changes: Partial<Record<AxisName, number>>, sampled = false): Context {
  const context = run.context ? clone(ContextSchema, run.context) : create(ContextSchema);
  context.cut = Object.assign(context.cut ?? create(CutSchema), changes);
  if (sampled) context.uncertainty = Object.assign(context.uncertainty ?? create(UncertaintySchema), { method: UncertaintyMethod.SAMPLED });
  return context;
}

export async function sweep(run: Run, x: Axis, y: Axis, sampled: boolean, signal: AbortSignal): Promise<Swept> {
  const points: (Point | undefined)[] = Array.from({ length: x.count * y.count });
  let result: SweepResult | undefined;
  const axis = (one: Axis) =>
    create(SweepAxisSchema, {
      field: FIELDS[one.name],
      values: { case: "numbers", value: { values: Array.from({ length: one.count }, (_, index) => valueAt(one, index)) } },
    });
  const request = {
    design: run.design,
    context: contextWith(run, {}, sampled),
    engineId: run.feasibility?.engineId ?? "",
    axes: [axis(y), axis(x)],
  };
  for await (const { part } of feasibility.sweepFeasibility(request, { signal, timeoutMs: 60_000 })) {
    if (part.case === "result") result = part.value;
    if (part.case !== "block" || !part.value.table) continue;
    const { risks, scores, bindingCategories, cutTimesS } = part.value.table;
    const from = Number(part.value.firstIndex);
    risks.forEach((level, at) => {
      points[from + at] = { level, score: scores[at] ?? 0, category: bindingCategories[at] ?? RiskCategory.UNSPECIFIED, seconds: cutTimesS[at] ?? 0 };
    });
  }
  return { x, y, points, result };
}

/** Where the names of regions stand: one for each dimension and level, at the middle of its largest connected patch. */
export function regions(swept: Swept): Array<{ readonly category: RiskCategory; readonly column: number; readonly row: number }> {
  const { x, points } = swept;
  const seen = new Set<number>();
  const largest = new Map<string, number[]>();
  const kind = (index: number): string => {
    const point = points[index];
    return point && point.level !== RiskLevel.GREEN ? `${point.category}/${point.level}` : "";
  };
  points.forEach((_, start) => {
    if (seen.has(start) || !kind(start)) return;
    const patch: number[] = [];
    const queue = [start];
    seen.add(start);
    while (queue.length) {
      const at = queue.pop() as number;
      patch.push(at);
      const column = at % x.count;
      for (const next of [column > 0 ? at - 1 : -1, column < x.count - 1 ? at + 1 : -1, at - x.count, at + x.count]) {
        if (next < 0 || next >= points.length || seen.has(next) || kind(next) !== kind(start)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    if (patch.length > (largest.get(kind(start))?.length ?? 3)) largest.set(kind(start), patch);
  });
  return [...largest.values()].map((patch) => {
    const middle = (of: (at: number) => number): number => patch.reduce((sum, at) => sum + of(at), 0) / patch.length;
    const [column, row] = [middle((at) => at % x.count), middle((at) => Math.floor(at / x.count))];
    const far = (at: number): number => (at % x.count - column) ** 2 + (Math.floor(at / x.count) - row) ** 2;
    const nearest = patch.reduce((best, at) => (far(at) < far(best) ? at : best));
    return { category: points[nearest]?.category ?? RiskCategory.UNSPECIFIED, column: nearest % x.count, row: Math.floor(nearest / x.count) };
  });
}
