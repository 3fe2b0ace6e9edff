// Line icons of our own, 24 units, 1.6 thick: the twenty that are used, instead of a library of eight hundred.
import type { SVGProps } from "react";

const shapes = {
  today: "M4 12a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 7.500v4.700l3 1.8",
  documents: "M7 3.500h7l4 4v13H7zM14 3.500v4h4M10 12h5M10 15.500h5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800v4.400M9 14.800v4.4",
  organisation: "M4 20.500h16M6 20.500V8l6-4 6 4v12.500M10 20.500v-5h4v5M10 11h4",
  members: "M9 11a3.2 3.2 0 1 0 0-6.400a3.2 3.2 0 0 0 0 6.400M3 19.500c.5-3.5 2.8-5.5 6-5.500s5.5 2 6 5.500M16 5a3 3 0 0 1 0 5.800M17.5 14.400c2 .7 3.2 2.5 3.5 5.1",
  account: "M12 12a3.7 3.7 0 1 0 0-7.400a3.7 3.7 0 0 0 0 7.400M4.5 20c.7-4 3.4-6 7.5-6s6.8 2 7.5 6",
  tokens: "M14.5 9.500a4 4 0 1 0-4 4a4 4 0 0 0 4-4M13.3 12.300l6.7 6.700M17 16l-2 2",
  audit: "M6 3.500h12v17l-3-2-3 2-3-2-3 2zM9 8.500h6M9 12h6",
  jobs: "M12 3.500v3M12 17.500v3M3.5 12h3M17.5 12h3M6 6l2.1 2.100M15.9 15.900L18 18M6 18l2.1-2.100M15.9 8.100L18 6",
  backup: "M4 7.500c0-4 16-4 16 0v9c0 4-16 4-16 0zM4 7.500c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  network: "M12 20.500a8.5 8.5 0 1 0 0-17a8.5 8.5 0 0 0 0 17M3.5 12h17M12 3.500c-5 5-5 12 0 17c5-5 5-12 0-17",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13a6.5 6.5 0 0 0 0 13M15.3 15.300l5.2 5.2",
  check: "M5 12.500l4.5 4.500L19.5 7",
  warning: "M12 4L2.8 19.500h18.400zM12 10v4.500M12 16.800v.3",
  cross: "M6 6l12 12M18 6L6 18",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.500M4.5 20h15",
  upload: "M12 16V5M7.5 9L12 4.5 16.5 9M4.5 20h15",
  next: "M9 5.500l6.5 6.500L9 18.5",
  back: "M15 5.500L8.5 12l6.5 6.5",
  sheet: "M4 4.500h16v15H4zM4 9.500h16M4 14.500h16M10 4.500v15",
  copy: "M8.5 8.500h11v11h-11zM15.5 8.500v-4h-11v11h4",
  more: "M5.5 12h.1M12 12h.1M18.5 12h.1",
  seal: "M8 4.500h8c.6 4-2 4.5-2 7h4v4H6v-4h4c0-2.5-2.6-3-2-7M5 19.500h14",
  plus: "M12 5v14M5 12h14",
  sun: "M12 16a4 4 0 1 0 0-8a4 4 0 0 0 0 8M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.600l1.4 1.400M17 17l1.4 1.400M5.6 18.400L7 17M17 7l1.4-1.4",
  out: "M10 4.500H4.500v15H10M14.5 8l4 4-4 4M18 12H9",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 18, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" strokeWidth={1.6}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false" {...rest}>
      <path d={shapes[name]} />
    </svg>
  );
}

// The mark: 善 cut in white into a red seal (public/mark.svg is the same drawing).
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" focusable="false" className="mark">
      <path fill="#C8372D" d="M11 3.600c9-.9 33-1 42-.2 4.6.4 7.2 3 7.5 7.4.7 10 .7 32.5.1 42.6-.3 4.4-3 6.9-7.5 7.2-9.5.7-32.6.7-42.2 0-4.4-.3-7.1-2.9-7.4-7.2-.7-9.8-.8-32.9 0-42.5.4-4.3 3.1-6.9 7.5-7.300z" />
      <g fill="none" stroke="#FAF8F4" strokeWidth="3.3" strokeLinecap="round" strokeLinejoin="round">
        <path d="M23.5 10.500l3.2 5M40.5 10.500l-3.2 5M17 18.500h30M20 25h24M15 31.500h34M32 18.500v22.500M22.5 35l2.3 3.600M41.5 35l-2.3 3.600M11.5 42h41M22 47.500h20v8.200h-20z" />
      </g>
    </svg>
  );
}
