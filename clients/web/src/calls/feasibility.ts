/** The server that judges; apart from the others, so that the first load of the page does without its stubs. */
import { createClient } from "@connectrpc/connect";
import { FeasibilityService } from "../gen/rmos/feasibility/v1/feasibility_service_pb.js";
import { transport } from "./transport.js";

export const feasibility = createClient(FeasibilityService, transport);
