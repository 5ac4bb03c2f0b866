/** Head of a screen: path, name, what stands under it, and what can be done; it names the browser's tab, too. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isolated } from "../rules/texts.js";
import { t } from "../words/index.js";

interface HeadProps {
  readonly title: string;
  readonly crumbs?: ReadonlyArray<{ readonly to?: string; readonly word: string; readonly code?: boolean }>;
  readonly sub?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Head({ title, crumbs = [], sub, children }: HeadProps): JSX.Element {
  useEffect(() => {
    document.title = `${isolated(title)} · RMOS`;
  }, [title]);
  return (
    <div class="head">
      <div>
        {crumbs.length > 0 && (
          <nav class="crumbs" aria-label={t("path")}>
            {crumbs.map((crumb, index) => (
              <span key={crumb.word}>
                {index > 0 && <span aria-hidden="true">{" / "}</span>}
                {crumb.to ? <a href={crumb.to}><bdi>{crumb.word}</bdi></a> : <bdi class={crumb.code ? "code" : ""}>{crumb.word}</bdi>}
              </span>
            ))}
          </nav>
        )}
        <h1>
          <bdi>{title}</bdi>
        </h1>
        {sub && <p class="sub">{sub}</p>}
      </div>
      {children && <div class="btns">{children}</div>}
    </div>
  );
}
