import type { JSX } from "preact";
import { NotFound } from "../../parts/notes.js";
import { t } from "../../words/index.js";

export default function Screen(_: { id: string }): JSX.Element {
  return <NotFound back="/runs" word={t("not_found_word")} />;
}
