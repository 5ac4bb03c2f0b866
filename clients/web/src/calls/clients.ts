/**
 * The ledger of runs, which every screen reads.
 *
 * Stubs take long to set up, so that each service has a file, which comes with the screens that call it.
 */
import { createClient } from "@connectrpc/connect";
import { RunsService } from "../gen/rmos/runs/v1/runs_service_pb.js";
import { transport } from "./transport.js";

export const runs = createClient(RunsService, transport);
