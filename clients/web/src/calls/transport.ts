/** How the services behind the door are called, by gRPC-Web: every call carries who calls and an id of its own. */
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { problemOf } from "./problem.js";
import { askAgain, session, token } from "./session.js";

const READS = /^(Get|List|Count|Find|BatchGet|Diff|Render|Verify|WhoAmI)/;
const TRIES = 3;
const WAIT_MS = 250;
const DEADLINE_MS = 20_000;

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** `web_` and 24 hex digits. */
function requestId(): string {
  return `web_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
}

const carry: Interceptor = (next) => async (call) => {
  const tries = READS.test(call.method.name) ? TRIES : 1;
  for (let attempt = 1; ; attempt += 1) {
    const id = requestId();
    call.header.set("x-request-id", id);
    call.header.set("x-rmos-client", `rmos-web/${PAGE_VERSION}`);
    if (token.text) call.header.set("authorization", `Bearer ${token.text}`);
    try {
      return await next(call);
    } catch (thrown) {
      // what leaves an interceptor must be a ConnectError: anything else loses its code
      const error = ConnectError.from(thrown);
      error.metadata.set("x-request-id", id);
      const problem = problemOf(error);
      if (problem.loggedOut && call.method.name !== "Login") {
        if (session.value) askAgain.value = true;
        else session.value = null;
      }
      if (problem.code !== Code.Unavailable || attempt >= tries) throw error;
      await wait(WAIT_MS * attempt);
    }
  }
};

export const transport = createGrpcWebTransport({
  baseUrl: location.origin,
  interceptors: [carry],
  defaultTimeoutMs: DEADLINE_MS,
});
