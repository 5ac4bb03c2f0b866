// Evaluates a classical rosette channel: node dist/examples/evaluate.js 127.0.0.1:50061
// RMOS_CA names the authority of a server with TLS, RMOS_TOKEN a token or key, RMOS_CERTIFICATE and RMOS_KEY a certificate.
import { readFileSync } from "node:fs";

import { create } from "@bufbuild/protobuf";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { EvaluateFeasibilityRequestSchema, FeasibilityService } from "../src/gen/rmos/feasibility/v1/feasibility_service_pb.js";
import { Cooling, CutDirection, ToolWear, WorkholdingMethod } from "../src/gen/rmos/type/v1/context_pb.js";
import { RiskLevel } from "../src/gen/rmos/type/v1/risk_pb.js";

const address = process.argv[2] ?? "127.0.0.1:50061";
const { RMOS_CA: ca, RMOS_CERTIFICATE: certificate, RMOS_KEY: key, RMOS_TOKEN: token } = process.env;
const withToken: Interceptor = (next) => (call) => {
  if (token) {
    call.header.set("authorization", `Bearer ${token}`);
  }
  return next(call);
};
const transport = createGrpcTransport({
  baseUrl: `${ca ? "https" : "http"}://${address}`,
  interceptors: [withToken],
  nodeOptions: ca
    ? {
        ca: readFileSync(ca),
        ...(certificate && key ? { cert: readFileSync(certificate), key: readFileSync(key) } : {}),
      }
    : {},
});
const client = createClient(FeasibilityService, transport);

const request = create(EvaluateFeasibilityRequestSchema, {
  design: {
    name: "classical rosette channel",
    operation: {
      case: "rosetteChannel",
      value: { soundholeRadiusMm: 42.5, innerRadiusMm: 46, outerRadiusMm: 58, depthMm: 1.3 },
    },
    part: {
      shape: { case: "rectangle", value: { widthMm: 400, lengthMm: 520 } },
      count: 1,
      spacingMm: 3,
    },
  },
  context: {
    material: { materialId: "spruce_sitka", moisturePercent: 8 },
    stock: { widthMm: 410, lengthMm: 540, thicknessMm: 2.6, thicknessToleranceMm: 0.1 },
    tool: { toolId: "end_mill_3175_down", wear: ToolWear.SHARP, runoutMm: 0.01 },
    machine: { machineId: "shapeoko_3" },
    cut: {
      spindleSpeedRpm: 17000,
      feedRateMmPerMin: 1750,
      plungeRateMmPerMin: 300,
      axialDepthMm: 0.65,
      radialWidthMm: 3.175,
      direction: CutDirection.CLIMB,
      cooling: Cooling.AIR,
    },
    safetyConstraints: { dustCollectionPresent: true, stopsPresent: true },
    workholding: { method: WorkholdingMethod.CLAMPS, clampForceN: 400, friction: 0.25 },
  },
});

const { report } = await client.evaluateFeasibility(request, { timeoutMs: 10_000 });
if (report === undefined) {
  throw new Error("the answer holds no report");
}
console.log(`${RiskLevel[report.overallRisk]} ${report.overallScore?.toFixed(0)} ${report.engineId}`);
for (const assessment of report.assessments) {
  console.log(`  ${assessment.finding}`);
}
