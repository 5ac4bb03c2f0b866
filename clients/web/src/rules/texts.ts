/** Texts of others within the page's own lines. */

/** What turns the direction of writing, and what is written from right to left. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const ISOLATES = /[\u2066-\u2069]/g;
const SHOWS_NOTHING = /[\u115f\u1160\u2800\u3164\uffa0]/g;
const SHOWS = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A text that turns nothing but itself: where no element can stand around it, characters do. */
export const isolated = (text: string): string => (TURNS.test(text) ? `\u2068${text.replace(ISOLATES, "")}\u2069` : text);

/** Whether anything of a text can be seen. */
export const isSeen = (text: string): boolean => SHOWS.test(text.replace(SHOWS_NOTHING, ""));

/** What a reason says after its codes. */
export const afterCodes = (reason: string): string => reason.replace(/^([A-Z_]+: )+/, "");
