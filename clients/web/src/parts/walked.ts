/** A token leads to the next page of a list alone; the way back is the one that was walked. */
import { go, withQuery } from "./route.js";

/** The token of the page before, by that of a page. Browsers go back and forward by themselves, so that no order is kept. */
const before = new Map<string, string>();

export function goOn(after: string, next: string): void {
  before.set(next, after);
  go(withQuery({ after: next }));
}

/** To the page before; to the first where nobody walked here. */
export function goBack(after: string): void {
  go(withQuery({ after: before.get(after) ?? "" }));
}
