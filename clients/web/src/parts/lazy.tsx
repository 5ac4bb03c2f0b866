/** Screens that are loaded when they are opened. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/index.js";
import { Loading, Note, PassingTitle } from "./notes.js";
import { Head } from "./title.js";

interface Screen {
  readonly default: ComponentType<{ id: string }>;
}

export function Lazy({ load, id }: { load: () => Promise<Screen>; id: string }): JSX.Element {
  const [screen, setScreen] = useState<Screen | "failed">();
  useEffect(() => {
    load().then(setScreen, () => setScreen("failed"));
  }, []);
  if (screen === undefined)
    return (
      <>
        <PassingTitle />
        <Loading />
      </>
    );
  if (screen === "failed")
    return (
      <>
        <Head title={t("not_shown")} />
        <Note kind="bad" shape="red" alert>
          {t("screen_failed")}
          <div class="btns">
            <button class="btn" type="button" onClick={() => location.reload()}>
              {t("try_again")}
            </button>
          </div>
        </Note>
      </>
    );
  const Shown = screen.default;
  return <Shown id={id} />;
}
