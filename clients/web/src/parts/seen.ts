/** Whether an element has come into sight. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Where to put the element, and whether it has been in sight; from then on it counts as seen. */
export function useSeen<T extends Element>(): readonly [RefObject<T | null>, boolean] {
  const element = useRef<T>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const shown = element.current;
    if (!shown || seen) return undefined;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true));
    observer.observe(shown);
    return () => observer.disconnect();
  }, [seen]);
  return [element, seen];
}
