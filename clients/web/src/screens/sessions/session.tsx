/** One session as a line of steps, and the decisions about it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { workflow } from "../../calls/workflow.js";
import { nobodyAsks, WORKFLOW } from "../../calls/session.js";
import { RiskLevel } from "../../gen/rmos/type/v1/risk_pb.js";
import { ActorRole, SessionState, type Session, type SessionEvent } from "../../gen/rmos/workflow/v1/workflow_service_pb.js";
import { useAsk } from "../../parts/ask.js";
import { ActDialog, person, Reason } from "../../parts/dialog.js";
import { Level, levelWord } from "../../parts/level.js";
import { NotFound, Shown } from "../../parts/notes.js";
import { Head } from "../../parts/title.js";
import { idOf } from "../../rules/ids.js";
import { isSeen } from "../../rules/texts.js";
import { moment, named, t } from "../../words/index.js";
import { ActButton } from "../run/gate_acts.js";
import { useSteps } from "./steps.js";

interface Read {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
}

async function read(name: string, signal: AbortSignal): Promise<Read> {
  const [one, list] = await Promise.all([
    workflow.getSession({ name }, { signal }),
    workflow.listSessionEvents({ parent: name, pageSize: 1000 }, { signal }),
  ]);
  return { session: one.session as Session, events: list.events };
}

type Opened = "approve" | "reject" | "revise";

export default function SessionScreen({ id }: { id: string }): JSX.Element {
  const name = `sessions/${id}`;
  const asked = useAsk((signal) => read(name, signal), [name]);
  const [opened, setOpened] = useState<Opened>();
  useSteps(`workflow_session_id = "${id}"`, asked);
  if (asked.problem?.missing) return <NotFound back="/sessions" word={t("no_such_session", { session: id })} />;
  return (
    <Shown asked={asked} title={id}>
      {({ session, events }) => (
        <>
          <Head
            title={isSeen(session.title) ? session.title : session.sessionId}
            crumbs={[{ to: "/sessions", word: t("sessions_title") }, { word: session.sessionId, code: true }]}
            sub={`${named("session_state", session.state)} · ${moment(session.updateTime)}`}
          >
            <Acts session={session} onOpen={setOpened} />
          </Head>
          {session.verdict && (
            <section class="card">
              <div class="card-in">
                <p>
                  <Level level={session.verdict.riskLevel} score={session.verdict.score} long />{" "}
                  <a href={`/runs/${idOf(session.verdict.run)}`} class="code">
                    {idOf(session.verdict.run)}
                  </a>
                </p>
                {session.verdict.blockReason && (
                  <p>
                    <bdi lang="en">{session.verdict.blockReason}</bdi>
                  </p>
                )}
              </div>
            </section>
          )}
          <section class="card" aria-labelledby="steps">
            <header>
              <h2 id="steps">{t("steps")}</h2>
            </header>
            <div class="card-in">
              <ol class="list">
                {events.map((one) => (
                  <Step key={String(one.version)} one={one} />
                ))}
              </ol>
            </div>
          </section>
          {opened && (
            <Decide
              session={session}
              opened={opened}
              onClose={() => setOpened(undefined)}
              onDone={() => {
                setOpened(undefined);
                asked.reload();
              }}
            />
          )}
        </>
      )}
    </Shown>
  );
}

/** Runs that a step names in its details. */
function runsOf(one: SessionEvent): string[] {
  return Object.values(one.details ?? {}).filter((value): value is string => typeof value === "string" && /^(runs\/)?run_[0-9a-f]{12}$/.test(value));
}

function Step({ one }: { one: SessionEvent }): JSX.Element {
  return (
    <li>
      <strong>{named("session_action", one.action)}</strong>{" "}
      <span class="quiet">
        <bdi>{one.actor?.name}</bdi>, {moment(one.eventTime)} · {named("session_state", one.toState)}
      </span>
      <div>
        <bdi lang="en">{one.summary}</bdi>
      </div>
      {runsOf(one).map((run) => (
        <a key={run} class="code" href={`/runs/${idOf(run)}`}>
          {idOf(run)}
        </a>
      ))}
    </li>
  );
}

function Acts({ session, onOpen }: { session: Session; onOpen: (opened: Opened) => void }): JSX.Element | null {
  if ([SessionState.ARCHIVED, SessionState.REJECTED].includes(session.state)) return null;
  const lacking = t("lacking.session");
  return (
    <>
      {session.state === SessionState.FEASIBILITY_READY && (
        <ActButton method={`${WORKFLOW}/ApproveSession`} word={t("approve_dots")} lacking={lacking} main onPress={() => onOpen("approve")} />
      )}
      <ActButton method={`${WORKFLOW}/RequireRevision`} word={t("revise_dots")} lacking={lacking} onPress={() => onOpen("revise")} />
      <ActButton method={`${WORKFLOW}/RejectSession`} word={t("reject_dots")} lacking={lacking} onPress={() => onOpen("reject")} />
    </>
  );
}

function Decide({ session, opened, onClose, onDone }: { session: Session; opened: Opened; onClose: () => void; onDone: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  const level = session.verdict?.riskLevel ?? RiskLevel.UNSPECIFIED;
  const free = opened === "approve" && level === RiskLevel.GREEN;
  const actor = nobodyAsks.value ? { role: ActorRole.USER, name: person() } : undefined;
  const about = { name: session.name, actor, expectedVersion: session.version, reason };
  return (
    <ActDialog
      title={t(`session_${opened}`)}
      under={<bdi>{session.title || session.sessionId}</bdi>}
      keep={t("cancel")}
      act={t(`do_${opened}`)}
      lacks={!free && [...reason.trim()].length < 10 ? t("reason_too_short", { least: 10 }) : ""}
      onClose={onClose}
      write={async () => {
        if (opened === "approve") await workflow.approveSession(about);
        else if (opened === "reject") await workflow.rejectSession(about);
        else await workflow.requireRevision(about);
        onDone();
      }}
    >
      {opened === "approve" && <p>{t("level_stays", { level: levelWord(level) })}</p>}
      <Reason label={t("why")} hint={t("why_accept_hint")} most={2000} value={reason} onInput={setReason} required={!free} />
    </ActDialog>
  );
}
