/** Requests: who asks for a gate to be opened, oldest first; an answer opens it or says why not, and stays to be read. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { needCatalogue } from "../calls/catalogue.js";
import { runs } from "../calls/clients.js";
import { needServerInfo, serverInfo } from "../calls/system.js";
import { watch } from "../calls/live.js";
import { problemOf, type Problem } from "../calls/problem.js";
import { personName, RUNS } from "../calls/session.js";
import { OverrideRequestState, type Run } from "../gen/rmos/runs/v1/run_pb.js";
import type { ListOverrideRequestsResponse, WaitingRequest } from "../gen/rmos/runs/v1/runs_service_pb.js";
import { useAsk } from "../parts/ask.js";
import { waitingRequests } from "../parts/bar.js";
import { ActDialog, person, Reason } from "../parts/dialog.js";
import { Level } from "../parts/level.js";
import { Note, ProblemNote, Shown } from "../parts/notes.js";
import { Picture } from "../parts/picture.js";
import { go, place, withQuery } from "../parts/route.js";
import { Head } from "../parts/title.js";
import { goBack, goOn } from "../parts/walked.js";
import { ago, number, partName, t, tn, when } from "../words/index.js";
import { ActButton } from "./run/gate_acts.js";
import { Denied, type Refusal } from "./run/denied.js";
import { GateDialog } from "./run/gate_dialog.js";

const PAGE = 50;

const VIEWS = ["waiting", "answered", "mine"] as const;
type View = (typeof VIEWS)[number];
const WORDS = { waiting: "requests_waiting", answered: "requests_answered", mine: "requests_mine" } as const;
const NOTHING = { waiting: "no_requests", answered: "no_requests_answered", mine: "no_requests_mine" } as const;
/** What waits is listed oldest first, what was answered newest first. */
const BEFORE_AND_AFTER = { waiting: ["older", "newer"], answered: ["newer", "older"], mine: ["older", "newer"] } as const;
const MOST_WALKED = 20;
/** Kinds of records after which other requests wait. */
const TOLD: ReadonlySet<string> = new Set(["request", "decline", "override", "tombstone"]);

/** A page of requests; of those somebody asked for themselves all that wait among the next 20,000. */
async function read(view: View, pageToken: string, signal: AbortSignal): Promise<ListOverrideRequestsResponse> {
  const page = await runs.listOverrideRequests({ pageSize: view === "mine" ? 1000 : PAGE, pageToken, answered: view === "answered" }, { signal });
  if (view !== "mine") return page;
  for (let walked = 1; page.nextPageToken && walked < MOST_WALKED; walked++) {
    const next = await runs.listOverrideRequests({ pageSize: 1000, pageToken: page.nextPageToken }, { signal });
    page.requests.push(...next.requests);
    page.unreachable.push(...next.unreachable);
    page.nextPageToken = next.nextPageToken;
  }
  page.requests = page.requests.filter((one) => one.request?.person === personName.value);
  return page;
}

export default function RequestsScreen(_: { id: string }): JSX.Element {
  const query = place.value.query;
  const view = VIEWS.find((one) => one === query.get("view")) ?? "waiting";
  const after = query.get("after") ?? "";
  const asked = useAsk((signal) => read(view, after, signal), [view, after]);
  const [answering, setAnswering] = useState<{ readonly waiting: WaitingRequest; readonly run: Run }>();
  const [declining, setDeclining] = useState<WaitingRequest>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [failed, setFailed] = useState<Problem>();
  const waits = waitingRequests.value ?? 0;
  useEffect(needCatalogue, []);
  useEffect(needServerInfo, []);
  useEffect(() => watch("", (message) => (!message || TOLD.has(message.kind)) && asked.reload()), []);
  useEffect(() => {
    if (asked.data && view !== "answered") waitingRequests.value = Number(asked.data.totalSize);
  }, [asked.data]);
  /** Whether some of somebody's own may wait among those that were not looked through. */
  const beyond = (page: ListOverrideRequestsResponse): boolean => view === "mine" && page.nextPageToken !== "";
  const answer = (waiting: WaitingRequest): void => {
    setFailed(undefined);
    void runs.getRun({ name: waiting.run?.name ?? "" }).then(
      (found) => found.run && setAnswering({ waiting, run: found.run }),
      (thrown: unknown) => setFailed(problemOf(thrown)),
    );
  };
  const done = (): void => {
    setAnswering(undefined);
    setDeclining(undefined);
    setRefusal(undefined);
    asked.reload();
  };
  const sub = !asked.data
    ? t("counting")
    : view === "answered"
      ? t("requests_answered_sub")
      : `${tn("requests_wait", Number(asked.data.totalSize))} ${t("requests_sub")}`;
  if (refusal && answering) return <Denied run={answering.run} refusal={refusal} onBack={() => go(`/runs/${answering.run.runId}`)} onAsked={done} />;
  return (
    <>
      <Head title={t("requests_title")} sub={sub} />
      <nav class="tabs" aria-label={t("views")}>
        {VIEWS.map((one) => (
          <a key={one} href={withQuery({ view: one === "waiting" ? "" : one, after: "" })} aria-current={one === view ? "page" : undefined}>
            {t(WORDS[one])} {one === "waiting" && waits > 0 && <span class="count">{number(waits)}</span>}
          </a>
        ))}
      </nav>
      {failed && <ProblemNote problem={failed} />}
      <Shown asked={asked}>
        {(page) => {
          const shown = page.requests;
          return (
            <>
              {shown.length === 0 ? (
                !beyond(page) && <Note>{t(NOTHING[view])}</Note>
              ) : (
                <section class="card" aria-label={t("requests_title")}>
                  <ul>
                    {shown.map((one) => (
                      <Waiting key={one.request?.name} one={one} onAnswer={() => answer(one)} onDecline={() => setDeclining(one)} />
                    ))}
                  </ul>
                </section>
              )}
              {page.unreachable.map((name) => (
                <Note key={name} kind="bad" shape="error">
                  {t("damaged")} <span class="code">{name}</span>
                </Note>
              ))}
              {beyond(page) && (
                <Note>
                  {t("requests_mine_more")}
                  <div class="btns">
                    <button class="btn" type="button" onClick={() => goOn(after, page.nextPageToken)}>
                      {t("look_through_next")}
                    </button>
                  </div>
                </Note>
              )}
              {(after || page.nextPageToken) && (
                <nav class="btns pages" aria-label={t("pages")}>
                  <button class="btn" type="button" disabled={!after} onClick={() => goBack(after)}>
                    {t(BEFORE_AND_AFTER[view][0])}
                  </button>
                  <button class="btn" type="button" disabled={!page.nextPageToken} onClick={() => goOn(after, page.nextPageToken)}>
                    {t(BEFORE_AND_AFTER[view][1])}
                  </button>
                </nav>
              )}
            </>
          );
        }}
      </Shown>
      {answering && (
        <GateDialog
          run={answering.run}
          request={answering.waiting.request}
          onDenied={setRefusal}
          onClose={() => setAnswering(undefined)}
          onDone={done}
        />
      )}
      {declining && <DeclineDialog one={declining} onClose={() => setDeclining(undefined)} onDone={done} />}
    </>
  );
}

function Waiting({ one, onAnswer, onDecline }: { one: WaitingRequest; onAnswer: () => void; onDecline: () => void }): JSX.Element | null {
  const { request, run } = one;
  if (!request || !run) return null;
  return (
    <li class="ask">
      <Picture name={run.name} sha256={run.documentSha256} mode={run.mode} size={64} />
      <div>
        <a href={`/runs/${run.runId}`}>
          <strong>
            <bdi>{partName(run.designName)}</bdi>
          </strong>
        </a>{" "}
        {run.instrumentSerial && (
          <span class="quiet">
            {t("serial")} <bdi>{run.instrumentSerial}</bdi>
          </span>
        )}
        <div>
          <Level level={run.riskLevel} score={run.score} />{" "}
          <span class="quiet">
            <bdi lang="en">{one.finding}</bdi>
            {request.state === OverrideRequestState.WAITING && run.openWarningCount > 0 && `; ${tn("audit.inside_warnings", run.openWarningCount)}`}
          </span>
        </div>
        <blockquote>
          “<bdi>{request.reason}</bdi>”{" "}
          <span class="small nowrap">
            <bdi>{request.person}</bdi>, {when(request.createTime)}, {ago(request.createTime)}
          </span>
        </blockquote>
        {request.answerTime && (
          <p class="small">
            <strong>{t(request.state === OverrideRequestState.GRANTED ? "request_granted" : "request_declined")}</strong>{" "}
            <bdi>{request.answerPerson}</bdi>, {when(request.answerTime)}: “<bdi>{request.answerReason}</bdi>”
          </p>
        )}
      </div>
      {request.state !== OverrideRequestState.WAITING ? null : serverInfo.value?.gatePolicy?.fourEyes && request.person === personName.value ? (
        <p class="small quiet">{t("reason.FOUR_EYES")}</p>
      ) : (
        <div class="btns">
          <ActButton method={`${RUNS}/DeclineOverrideRequest`} word={t("decline_dots")} lacking={t("lacking.override")} onPress={onDecline} />
          <ActButton method={`${RUNS}/OverrideRun`} word={t("answer_dots")} lacking="" main onPress={onAnswer} />
        </div>
      )}
    </li>
  );
}

function DeclineDialog({ one, onClose, onDone }: { one: WaitingRequest; onClose: () => void; onDone: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  return (
    <ActDialog
      title={t("decline_title")}
      under={<bdi>{one.run?.designName || one.run?.runId}</bdi>}
      keep={t("cancel")}
      act={t("decline")}
      lacks={[...reason.trim()].length < 10 ? t("reason_too_short", { least: 10 }) : ""}
      onClose={onClose}
      write={async (idempotencyKey) => {
        await runs.declineOverrideRequest({ name: one.request?.name ?? "", person: person(), reason, idempotencyKey });
        onDone();
      }}
    >
      <Note>{t("decline_hint")}</Note>
      <Reason label={t("why_not")} hint={t("why_accept_hint")} most={2000} value={reason} onInput={setReason} />
    </ActDialog>
  );
}
