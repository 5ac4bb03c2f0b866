/** Keys that do something without being typed into a field; they can be switched off for as long as the page is open. */
import { signal } from "@preact/signals";

const on = signal(true);

export const shortcutsOn = (): boolean => on.value;
export function setShortcuts(to: boolean): void {
  on.value = to;
}
