/** What both servers are and allow; loaded with the screens that say so. */
import { createClient } from "@connectrpc/connect";
import { SystemService } from "../gen/rmos/system/v1/system_service_pb.js";
import { transport } from "./transport.js";

export const system = createClient(SystemService, transport);
/** Metadata that lead a call to the feasibility server. */
export const OF_FEASIBILITY = { headers: { "x-rmos-server": "feasibility" } };
