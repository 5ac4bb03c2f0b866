/** Sessions; loaded with their screens. */
import { createClient } from "@connectrpc/connect";
import { WorkflowService } from "../gen/rmos/workflow/v1/workflow_service_pb.js";
import { transport } from "./transport.js";

export const workflow = createClient(WorkflowService, transport);
