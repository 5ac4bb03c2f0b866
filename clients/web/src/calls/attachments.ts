/** Files of runs; loaded when somebody looks for one or takes one away. */
import { createClient } from "@connectrpc/connect";
import { AttachmentsService } from "../gen/rmos/runs/v1/attachments_service_pb.js";
import { transport } from "./transport.js";

export const attachments = createClient(AttachmentsService, transport);
