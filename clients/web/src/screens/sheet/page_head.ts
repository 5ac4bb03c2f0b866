/** What stands at the top of every printed page but the first: a sheet of two pages stays one. */
import { useEffect } from "preact/hooks";

/** Any text as a string of CSS: every character by its number, so that nothing in it means anything. */
const quoted = (text: string): string => `"${Array.from(text, (letter) => `\\${(letter.codePointAt(0) ?? 0).toString(16)} `).join("")}"`;

/** Browsers that know no boxes in the margins of pages print without it. */
export function usePageHead(text: string): void {
  useEffect(() => {
    const sheet = document.styleSheets[0];
    if (!text || !sheet) return undefined;
    const rules = [`@page { @top-left { content: ${quoted(text)}; font: 8.6pt sans-serif; white-space: nowrap; } }`, "@page :first { @top-left { content: none; } }"];
    const count = sheet.cssRules.length;
    for (const rule of rules) sheet.insertRule(rule, sheet.cssRules.length);
    return () => {
      for (let index = count + rules.length - 1; index >= count; index -= 1) sheet.deleteRule(index);
    };
  }, [text]);
}
