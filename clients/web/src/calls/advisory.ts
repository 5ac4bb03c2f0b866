/** Pictures and explanations by models; loaded with their screens, and when what waits for review is counted. */
import { createClient } from "@connectrpc/connect";
import { AdvisoryService, type WatchAdvisoryAssetsResponse } from "../gen/rmos/advisory/v1/advisory_service_pb.js";
import { transport } from "./transport.js";
import { BOOKMARK_INTERVAL, follow, type Listener } from "./live.js";

export const advisory = createClient(AdvisoryService, transport);

/** Follow what is taken in, decided about or used of the assets. Returns how to stop. */
export function watchAssets(listener: Listener<WatchAdvisoryAssetsResponse>): () => void {
  return follow(
    (resumeToken, signal) => advisory.watchAdvisoryAssets({ resumeToken, bookmarkInterval: BOOKMARK_INTERVAL }, { signal, timeoutMs: 0 }),
    (message) => message.asset !== undefined,
    listener,
  );
}
