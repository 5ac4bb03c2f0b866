/** How many pictures and requests wait for a person, for the bar. */
import { waitingRequests, waitingReviews } from "../parts/bar.js";
import { advisory } from "./advisory.js";
import { runs } from "./clients.js";
import { endlessly, HIDDEN_MS } from "./live.js";

const EVERY_MS = 30_000;

/** Keep both counts as long as somebody may see them. Returns how to stop. */
export function watchWaiting(): () => void {
  let stop: (() => void) | undefined = document.hidden ? undefined : count();
  let sleep: ReturnType<typeof setTimeout> | undefined;
  const rest = (): void => {
    stop?.();
    stop = undefined;
  };
  const look = (): void => {
    clearTimeout(sleep);
    if (document.hidden) sleep = setTimeout(rest, HIDDEN_MS);
    else stop ??= count();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    clearTimeout(sleep);
    rest();
  };
}

/** Follow assets as they change, and read both counts now and every half minute. Returns how to stop. */
function count(): () => void {
  const stop = endlessly(async function* (resumeToken, abort) {
    for await (const message of advisory.watchAdvisoryAssets({ resumeToken }, { signal: abort, timeoutMs: 0 })) {
      waitingReviews.value = Number(message.pendingCount);
      yield message.resumeToken;
    }
  });
  const read = (): void => {
    advisory.listPendingAdvisoryAssets({ pageSize: 1 }).then(
      (answer) => (waitingReviews.value = Number(answer.totalSize)),
      () => (waitingReviews.value = undefined),
    );
    runs.listOverrideRequests({ pageSize: 1 }).then(
      (answer) => (waitingRequests.value = Number(answer.totalSize)),
      () => (waitingRequests.value = undefined),
    );
  };
  read();
  const timer = setInterval(read, EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}
