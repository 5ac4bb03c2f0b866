/** Steps of sessions as they come: those that record a run are told by the stream, of the others a look tells. */
import { useEffect, useRef } from "preact/hooks";
import { watch } from "../../calls/live.js";
import type { Asked } from "../../parts/ask.js";

const LOOK_MS = 15_000;

/** Read again when a run of these sessions is told of, and every 15 s where nothing went wrong and nobody gave up. */
export function useSteps(filter: string, asked: Asked<unknown>): void {
  const last = useRef(asked);
  last.current = asked;
  useEffect(() => {
    const stop = watch(filter, () => last.current.reload());
    const timer = setInterval(() => !document.hidden && !last.current.busy && !last.current.problem && last.current.reload(), LOOK_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [filter]);
}
