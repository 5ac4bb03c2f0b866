/** Training sets; loaded with their screen. */
import { createClient } from "@connectrpc/connect";
import { TeachingService } from "../gen/rmos/teaching/v1/teaching_service_pb.js";
import { transport } from "./transport.js";

export const teaching = createClient(TeachingService, transport);
