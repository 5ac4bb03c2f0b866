/** Line drawings, always beside a word. */
import type { JSX } from "preact";

const PATHS = {
  runs: <path d="M4 6h16M4 12h16M4 18h10" />,
  review: (
    <>
      <rect x="3" y="5" width="8" height="14" rx="1" />
      <rect x="13" y="5" width="8" height="14" rx="1" />
    </>
  ),
  requests: <path d="M4 5h16v11H10l-4 4v-4H4z" />,
  sessions: (
    <>
      <circle cx="6" cy="6" r="2.5" />
      <circle cx="18" cy="18" r="2.5" />
      <path d="M6 8.5V14a4 4 0 0 0 4 4h5.5" />
    </>
  ),
  live: <path d="M4 12h3l2.5-6 4 12L16 12h4" />,
  broken: <path d="M4 12h3m10 0h3M9 15l6-6M3 3l18 18" />,
  light: (
    <>
      <circle cx="12" cy="12" r="4.5" />
      <path d="M12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10l2 2M19 5l-2 2M7 17l-2 2" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4 21c.6-4.4 3.8-6.5 8-6.5s7.4 2.1 8 6.5" />
    </>
  ),
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="M15.5 15.5L21 21" />
    </>
  ),
  closed: (
    <>
      <rect x="5" y="11" width="14" height="10" rx="1.5" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" />
    </>
  ),
  open: (
    <>
      <rect x="5" y="11" width="14" height="10" rx="1.5" />
      <path d="M8 11V7a4 4 0 0 1 7.7-1.4" />
    </>
  ),
  rosette: (
    <>
      <circle cx="12" cy="12" r="9" />
      <circle cx="12" cy="12" r="5.5" />
    </>
  ),
  frets: <path d="M3 7l18 2v6L3 17zM8 7.6v8.9M13 8.1v7.8M17.5 8.6v6.8" />,
  part: (
    <>
      <rect x="3" y="4" width="18" height="16" rx="2" />
      <rect x="8" y="8" width="8" height="8" rx="2" />
    </>
  ),
  compare: <path d="M12 3v18M4 7h5M4 12h5M4 17h5M15 7h5M15 12h5M15 17h5" />,
  again: <path d="M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5" />,
  info: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v6" />
      <path d="M12 7.2v.3" />
    </>
  ),
  sheet: (
    <>
      <path d="M5 3h14v18H5z" />
      <path d="M8 8l1.5 1.5L12 7M8 14l1.5 1.5L12 13M14 9h3m-3 6h3" />
    </>
  ),
  map: <path d="M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16" />,
  download: <path d="M12 4v12m-5-5l5 5 5-5M4 20h16" />,
  print: (
    <>
      <path d="M7 8V3h10v5M7 17H4V9h16v8h-3" />
      <path d="M7 14h10v7H7z" />
    </>
  ),
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}

export function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor">
      <circle cx="12" cy="12" r="10.5" stroke-width="1.5" />
      <circle cx="12" cy="12" r="7.8" stroke-width="2.2" stroke-dasharray="2.2 1.3" />
      <circle cx="12" cy="12" r="5.2" stroke-width="1.2" />
    </svg>
  );
}
