/** The page: it shows what the servers say, and decides nothing itself. */
import { render } from "preact";
import { watchIdle, whoAmI } from "./calls/login.js";
import { problemOf } from "./calls/problem.js";
import { session, startProblem } from "./calls/session.js";
import { followLinks } from "./parts/route.js";
import { language, loadWords } from "./words/index.js";

followLinks();
watchIdle();
const known = whoAmI().catch((thrown: unknown) => {
  const problem = problemOf(thrown);
  if (problem.loggedOut) session.value = null;
  else startProblem.value = problem;
});
// the screens are set up while the answer is on its way
const [{ App }] = await Promise.all([import("./screens/app.js"), known, loadWords(language.value).catch(() => undefined)]);
document.body.replaceChildren(); // the bar of the file has stood in for the page
render(<App />, document.body);
