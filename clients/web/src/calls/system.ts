/** What both servers are and allow; loaded with the screens that say so. */
import { createClient } from "@connectrpc/connect";
import { signal } from "@preact/signals";
import { SystemService, type ServerInfo } from "../gen/rmos/system/v1/system_service_pb.js";
import { transport } from "./transport.js";

export const system = createClient(SystemService, transport);
/** What the runs server allows and offers; nothing until it was isAsked. */
export const serverInfo = signal<ServerInfo | undefined>(undefined);
let isAsked = false;

/** Ask for it, as each screen that says so opens: a server that was started anew may allow something else. */
export function needServerInfo(): void {
  if (isAsked) return;
  isAsked = true;
  system.getServerInfo({}).then(
    (answer) => {
      isAsked = false;
      serverInfo.value = answer.serverInfo;
    },
    () => (isAsked = false),
  );
}

/** Metadata that lead a call to the feasibility server. */
export const OF_FEASIBILITY = { headers: { "x-rmos-server": "feasibility" } };
