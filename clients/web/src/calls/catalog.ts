/** The catalogue of woods, bits and machines; loaded when its names are wanted. */
import { createClient } from "@connectrpc/connect";
import { CatalogService } from "../gen/rmos/feasibility/v1/catalog_service_pb.js";
import { transport } from "./transport.js";

export const catalog = createClient(CatalogService, transport);
