/** The page: it shows what the servers say, and decides nothing itself. */
import { render } from "preact";
import { watchIdle, whoAmI } from "./calls/login.js";
import { problemOf } from "./calls/problem.js";
import { session, startProblem } from "./calls/session.js";
import { followLinks } from "./parts/route.js";
import { language, loadWords, t } from "./words/index.js";

followLinks();
watchIdle();
const known = whoAmI().catch((thrown: unknown) => {
  const problem = problemOf(thrown);
  if (problem.loggedOut) session.value = null;
  else startProblem.value = problem;
});
// the screens are set up while the answer is on its way
const screens = import("./screens/app.js").catch(() => undefined);
const [come] = await Promise.all([screens, known, loadWords(language.value).catch(() => undefined)]);
document.body.replaceChildren(); // the bar of the file has stood in for the page
render(
  come ? (
    <come.App />
  ) : (
    <main id="main">
      <h1>RMOS</h1>
      <p role="alert">{t("reason.PART_NOT_LOADED")}</p>
      <button class="btn" type="button" onClick={() => location.reload()}>
        {t("try_again")}
      </button>
    </main>
  ),
  document.body,
);
