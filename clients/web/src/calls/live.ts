/** The one stream of a screen that tells what is recorded, and whether it is alive. */
import { Code } from "@connectrpc/connect";
import { computed, signal } from "@preact/signals";
import type { WatchRunsResponse } from "../gen/rmos/runs/v1/runs_service_pb.js";
import { runs } from "./clients.js";
import { problemOf } from "./problem.js";

const STALE_MS = 15_000;
/** How often a stream shows that it lives: well within the time after which it counts as broken. */
export const BOOKMARK_INTERVAL = { seconds: 5n, nanos: 0 };
const LONGEST_WAIT_MS = 15_000;
/** After so long in a tab that nobody sees, nothing is followed until it is seen again. */
export const HIDDEN_MS = 60_000;
const POLL_MS = 15_000;

export type Liveness = "off" | "live" | "polling" | "broken";
export type Listener<Message> = (message: Message | null) => void;

export const liveness = signal<Liveness>("off");
/** When the server was last heard. */
export const heard = signal(new Date());
/** The present time, every second. */
export const now = signal(Date.now());
/** Seconds of silence, where it is too long to act on what is seen. */
export const silence = computed(() => {
  if (liveness.value === "off") return 0;
  const quiet = now.value - heard.value.getTime();
  return quiet > STALE_MS + (liveness.value === "polling" ? POLL_MS : 0) ? Math.round(quiet / 1000) : 0;
});
setInterval(() => (now.value = Date.now()), 1000);

/** What is seen was confirmed by a read just now. */
export function confirm(): void {
  heard.value = new Date();
}

/**
 * Follow a stream for as long as somebody wants it: after a break it goes on from the last token, later and later.
 * Returns how to stop.
 */
export function endlessly(open: (resumeToken: string, abort: AbortSignal) => AsyncIterable<string>): () => void {
  const controller = new AbortController();
  void (async () => {
    let token = "";
    let failures = 0;
    while (!controller.signal.aborted) {
      try {
        for await (const next of open(token, controller.signal)) {
          token = next;
          failures = 0;
        }
      } catch (thrown) {
        if (problemOf(thrown).code === Code.InvalidArgument) token = "";
      }
      failures += 1;
      await new Promise((done) => setTimeout(done, Math.min(500 * 2 ** failures, 2 * LONGEST_WAIT_MS)));
    }
  })();
  return () => controller.abort();
}

let again: (() => void) | undefined;
/** Try to reach the server at once. */
export function tryNow(): void {
  again?.();
}

/** Follow the records of the runs that match, as `follow` does. Returns how to stop. */
export function watch(filter: string, listener: Listener<WatchRunsResponse>): () => void {
  return follow((resumeToken, signal) => runs.watchRuns({ filter, resumeToken, bookmarkInterval: BOOKMARK_INTERVAL }, { signal, timeoutMs: 0 }), (message) => message.kind !== "", listener);
}

/** A run that there never is. */
const NONE = "run_id = run_000000000000";

/** Be live on a screen that shows nothing which is recorded. Returns how to stop. */
export function stayLive(): () => void {
  return watch(NONE, () => undefined);
}

/**
 * Follow a stream, which makes the screen live.
 *
 * The listener gets every message that tells something, and null whenever something may have been missed: as the
 * stream begins, which is later than the screen has read, after a break without a token to go on from, and while no
 * stream is to be had. Returns how to stop.
 */
export function follow<Message extends { readonly resumeToken: string }>(
  open: (resumeToken: string, signal: AbortSignal) => AsyncIterable<Message>,
  tells: (message: Message) => boolean,
  listener: Listener<Message>,
): () => void {
  let stopped = false;
  let resume = "";
  let hiddenAt = document.hidden ? Date.now() : 0;
  let current = new AbortController();
  const asleep = (): boolean => document.hidden && hiddenAt > 0 && Date.now() - hiddenAt > HIDDEN_MS;
  const look = (): void => {
    hiddenAt = document.hidden ? Date.now() : 0;
    if (!document.hidden) again?.();
  };
  const sleeper = setInterval(() => asleep() && current.abort(), 5_000);
  document.addEventListener("visibilitychange", look);

  const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      again = () => {
        clearTimeout(timer);
        done();
      };
    });

  const goOn = async (): Promise<void> => {
    let failures = 0;
    while (!stopped) {
      current = new AbortController();
      try {
        for await (const message of open(resume, current.signal)) {
          if (stopped) return;
          failures = 0;
          heard.value = new Date();
          liveness.value = "live";
          if (!resume) listener(null);
          resume = message.resumeToken;
          if (tells(message)) listener(message);
        }
      } catch (thrown) {
        const problem = problemOf(thrown);
        if (stopped) return;
        if (problem.code === Code.InvalidArgument) resume = "";
        if (problem.code === Code.ResourceExhausted) {
          liveness.value = "polling";
          listener(null);
          await pause(POLL_MS);
          continue;
        }
      }
      if (stopped) return;
      liveness.value = "broken";
      failures += 1;
      const longest = Math.min(500 * 2 ** (failures - 1), LONGEST_WAIT_MS);
      await pause(asleep() ? 2 ** 30 : longest * (0.75 + Math.random() / 2));
    }
  };
  void goOn();
  return () => {
    stopped = true;
    current.abort();
    clearInterval(sleeper);
    document.removeEventListener("visibilitychange", look);
    liveness.value = "off";
  };
}
