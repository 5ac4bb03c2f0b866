/** Sessions: jobs on their way from design to toolpaths. */
import type { JSX } from "preact";
import { workflow } from "../../calls/workflow.js";
import { useAsk } from "../../parts/ask.js";
import { Level } from "../../parts/level.js";
import { Note, Shown } from "../../parts/notes.js";
import { place } from "../../parts/route.js";
import { Head } from "../../parts/title.js";
import { goBack, goOn } from "../../parts/walked.js";
import { isSeen } from "../../rules/texts.js";
import { ago, named, t, when } from "../../words/index.js";
import { useSteps } from "./steps.js";

const PAGE = 50;

export default function SessionsScreen(_: { id: string }): JSX.Element {
  const after = place.value.query.get("after") ?? "";
  const asked = useAsk((signal) => workflow.listSessions({ pageSize: PAGE, pageToken: after }, { signal }), [after]);
  useSteps('workflow_session_id = "ws_*"', asked);
  return (
    <>
      <Head title={t("sessions_title")} sub={t("sessions_sub")} />
      <Shown asked={asked}>
        {(page) =>
          page.sessions.length === 0 && page.unreachable.length === 0 ? (
            <Note>{t("no_sessions")}</Note>
          ) : (
            <>
              <div class="card">
                <div class="scroll" tabIndex={0} role="region" aria-label={t("sessions_caption")}>
                  <table class="stackable">
                    <caption class="hidden-text">{t("sessions_caption")}</caption>
                    <thead>
                      <tr>
                        <th scope="col">{t("title")}</th>
                        <th scope="col">{t("state")}</th>
                        <th scope="col">{t("verdict")}</th>
                        <th scope="col">{t("last_step")}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {page.sessions.map((one) => (
                        <tr key={one.name}>
                          <th scope="row" class="full">
                            <a href={`/sessions/${one.sessionId}`}>
                              <bdi>{isSeen(one.title) ? one.title : one.sessionId}</bdi>
                            </a>
                            <div class="small quiet">
                              <bdi>{one.creator?.name}</bdi> · <span class="code">{one.sessionId}</span>
                            </div>
                          </th>
                          <td data-label={t("state")}>{named("session_state", one.state)}</td>
                          <td>{one.verdict ? <Level level={one.verdict.riskLevel} score={one.verdict.score} /> : <span class="quiet">{t("none_yet")}</span>}</td>
                          <td class="full" data-label={t("last_step")}>
                            {one.lastAction && `${named("session_action", one.lastAction)} · `}
                            {when(one.updateTime)} <span class="quiet">{ago(one.updateTime)}</span>
                          </td>
                        </tr>
                      ))}
                      {page.unreachable.map((name) => (
                        <tr key={name}>
                          <th scope="row" class="full code">
                            {name}
                          </th>
                          <td colSpan={3}>{t("damaged")}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </div>
              <nav class="btns pages" aria-label={t("pages")}>
                <button class="btn" type="button" disabled={!after} onClick={() => goBack(after)}>
                  {t("newer")}
                </button>
                <button
                  class="btn"
                  type="button"
                  disabled={!page.nextPageToken}
                  onClick={() => goOn(after, page.nextPageToken)}
                >
                  {t("older")}
                </button>
              </nav>
            </>
          )
        }
      </Shown>
    </>
  );
}
