/** What this server is: both servers, their limits, the page itself, and whether shortcuts are on. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { stayLive } from "../calls/live.js";
import { OF_FEASIBILITY, system } from "../calls/system.js";
import type { ServerInfo } from "../gen/rmos/system/v1/system_service_pb.js";
import { useAsk } from "../parts/ask.js";
import { Shown } from "../parts/notes.js";
import { setShortcuts, shortcutsOn } from "../parts/shortcuts.js";
import { Head } from "../parts/title.js";
import { moment, number, t } from "../words/index.js";

export default function AboutScreen(_: { id: string }): JSX.Element {
  const asked = useAsk(
    (signal) =>
      Promise.all([system.getServerInfo({}, { signal }), system.getServerInfo({}, { ...OF_FEASIBILITY, signal })]).then((answers) =>
        answers.map((answer) => answer.serverInfo).filter((info): info is ServerInfo => info !== undefined),
      ),
    [],
  );
  const on = useSignal(shortcutsOn());
  useEffect(stayLive, []);
  return (
    <>
      <Head title={t("about_title")} sub={t("page_version", { version: PAGE_VERSION })} />
      <Shown asked={asked}>
        {(servers) => (
          <div class="two">
            {servers.map((info) => (
              <Server key={info.server} info={info} />
            ))}
          </div>
        )}
      </Shown>
      <section class="card" aria-labelledby="keys">
        <header>
          <h2 id="keys">{t("shortcuts")}</h2>
        </header>
        <div class="card-in">
          <p>{t("shortcuts_word")}</p>
          <label class="check">
            <input
              type="checkbox"
              checked={on.value}
              onChange={(event) => {
                on.value = event.currentTarget.checked;
                setShortcuts(on.value);
              }}
            />
            {t("shortcuts_on")}
          </label>
        </div>
      </section>
    </>
  );
}

function Server({ info }: { info: ServerInfo }): JSX.Element {
  return (
    <section class="card" aria-labelledby={info.server}>
      <header>
        <h2 id={info.server}>{info.server}</h2>
        <p class="small quiet">{info.version}</p>
      </header>
      <div class="card-in">
        <dl class="facts">
          <dt>{t("running_since")}</dt>
          <dd>{moment(info.startTime)}</dd>
          {info.engineIds.length > 0 && (
            <>
              <dt>{t("engines")}</dt>
              <dd>{info.engineIds.join(", ")}</dd>
            </>
          )}
          {info.diskFreeBytes !== undefined && (
            <>
              <dt>{t("disk_free")}</dt>
              <dd>{number(Number(info.diskFreeBytes) / 2 ** 30, 1)} GiB</dd>
            </>
          )}
          {info.limits.map((limit) => (
            <>
              <dt key={limit.name} class="code">
                {limit.name}
              </dt>
              <dd>
                {number(Number(limit.value))} {limit.unit}
              </dd>
            </>
          ))}
        </dl>
      </div>
    </section>
  );
}
