/** What both servers are and allow; loaded with the screens that say so. */
import { createClient } from "@connectrpc/connect";
import { signal } from "@preact/signals";
import { SystemService, type ServerInfo } from "../gen/rmos/system/v1/system_service_pb.js";
import { transport } from "./transport.js";

export const system = createClient(SystemService, transport);
/** What the runs server allows and offers; nothing until it was asked. */
export const serverInfo = signal<ServerInfo | undefined>(undefined);
let asked = false;

/** Ask for it, where that was not done before. */
export function needServerInfo(): void {
  if (asked) return;
  asked = true;
  system.getServerInfo({}).then(
    (answer) => (serverInfo.value = answer.serverInfo),
    () => (asked = false),
  );
}

/** Metadata that lead a call to the feasibility server. */
export const OF_FEASIBILITY = { headers: { "x-rmos-server": "feasibility" } };
