/** Whether an element has come into sight. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const waiting = new WeakMap<Element, () => void>();
/** One for all: a list has a picture in each row. */
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.();
});

/** Where to put the element, and whether it has been in sight; from then on it counts as seen. */
export function useSeen<T extends Element>(): readonly [RefObject<T | null>, boolean] {
  const element = useRef<T>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const shown = element.current;
    if (!shown || seen) return undefined;
    waiting.set(shown, () => setSeen(true));
    observer.observe(shown);
    return () => observer.unobserve(shown);
  }, [seen]);
  return [element, seen];
}
