/** Logging in and out. */
import { createClient } from "@connectrpc/connect";
import { signal } from "@preact/signals";
import { AuthService } from "../gen/rmos/auth/v1/auth_service_pb.js";
import { Problem, problemOf } from "./problem.js";
import { askAgain, session, token } from "./session.js";
import { transport } from "./transport.js";

const auth = createClient(AuthService, transport);

const IDLE_MS = 15 * 60_000;
const touched = signal(Date.now());
/** How many people have taken over the page from one another. */
export const persons = signal(0);

/** Ask the server who this is; without a token it says whether it asks anybody at all. */
export async function whoAmI(): Promise<void> {
  const answer = await auth.whoAmI({});
  session.value = {
    token: token.text,
    identity: answer.identity,
    roles: answer.roles,
    allowed: new Set(answer.allowedMethods),
    since: new Date(),
  };
}

export async function logIn(name: string, password: string): Promise<void> {
  const before = session.value?.identity?.name;
  await prove(name, password);
  // another person begins anew: what the first one wrote is not theirs
  if (before !== undefined && before !== session.value?.identity?.name) persons.value += 1;
}

/** Somebody proves who they are, and goes on where the page is: to sign on a tablet that others use as well. */
export async function prove(name: string, password: string): Promise<void> {
  const answer = await auth.login({ name, password }).catch((thrown: unknown) => {
    const problem = problemOf(thrown);
    if (problem.retryAfterS !== undefined) throw new Problem(problem.code, problem.reason, "", [], problem.requestId, {}, problem.retryAfterS);
    if (problem.reason !== "CREDENTIALS_INVALID") throw problem;
    // the same reason as that of a token which has ended; what the server says of it, the page's words say, too
    throw new Problem(problem.code, "LOGIN_REFUSED", "", [], problem.requestId, problem.metadata);
  });
  token.text = answer.token;
  await whoAmI();
  askAgain.value = false;
  touched.value = Date.now();
}

export async function logOut(): Promise<void> {
  try {
    if (token.text) await auth.logout({});
  } finally {
    forget();
  }
}

function forget(): void {
  token.text = "";
  session.value = null;
  askAgain.value = false;
}

/** On a shared tablet somebody who went away is logged out. */
export function watchIdle(): void {
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (touched.value = Date.now()), { passive: true });
  setInterval(() => {
    if (token.text && Date.now() - touched.value > IDLE_MS) void logOut();
  }, 20_000);
}
