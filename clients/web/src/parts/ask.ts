/** Reading something from the servers, and the states that a reading has. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { confirm } from "../calls/live.js";
import { problemOf, type Problem } from "../calls/problem.js";

export interface Asked<T> {
  /** What was read last; stays while it is read again. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly busy: boolean;
  readonly reload: () => void;
  readonly cancel: () => void;
}

/**
 * Read once, and again when one of `by` changes or `reload` is called. A reading that was overtaken is not shown.
 * Reloads are at most one in 500 ms.
 */
export function useAsk<T>(read: (signal: AbortSignal) => Promise<T>, by: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<{ data: T | undefined; problem: Problem | undefined; busy: boolean }>({
    data: undefined,
    problem: undefined,
    busy: true,
  });
  const running = useRef<AbortController | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const last = useRef(0);
  const reading = useRef(read);
  reading.current = read;

  const start = useCallback((fresh: boolean): void => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    last.current = Date.now();
    setState((before) => ({ data: fresh ? undefined : before.data, problem: undefined, busy: true }));
    reading.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        confirm();
        setState({ data, problem: undefined, busy: false });
      },
      (thrown: unknown) => {
        const problem = problemOf(thrown);
        if (controller.signal.aborted && running.current !== controller) return;
        setState((before) => ({ data: before.data, problem, busy: false }));
      },
    );
  }, []);
  useEffect(() => {
    start(true);
    return () => {
      running.current?.abort();
      clearTimeout(timer.current);
    };
  }, by);
  const reload = useCallback((): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => start(false), Math.max(0, 500 - (Date.now() - last.current)));
  }, []);
  const cancel = useCallback((): void => running.current?.abort(), []);
  return { ...state, reload, cancel };
}

/** True once something has lasted so long. */
export function useAfter(ms: number, going: boolean): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    setPassed(false);
    if (!going) return undefined;
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [going, ms]);
  return going && passed;
}
