/** Steps of sessions as they come: those that record a run are told by the stream, of the others a look tells. */
import { useEffect } from "preact/hooks";
import { watch } from "../../calls/live.js";

const LOOK_MS = 15_000;

/** Read again when a run of these sessions is told of, and every 15 s. */
export function useSteps(filter: string, reload: () => void): void {
  useEffect(() => {
    let first = true;
    const stop = watch(filter, (message) => {
      if (message || !first) reload();
      first = false;
    });
    const timer = setInterval(() => !document.hidden && reload(), LOOK_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [filter]);
}
