/** The report's style sheet: light and dark, readable on paper and on a phone. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --muted: #5a6775; --line: #dde3ea; --paper: #ffffff; --card: #f6f8fa; --accent: #1f5fbf; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --muted: #9fb0c0; --line: #2c3947; --paper: #10171f; --card: #18222d; --accent: #7db2ff; --good: #6fd39d; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
.product { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
h1 { margin: .1rem 0 .5rem; font-size: 2rem; line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.3rem; }
.lead { max-width: 44rem; color: var(--muted); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.facts div { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
dt { color: var(--muted); font-size: .85rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
section { margin-top: 2.5rem; padding-top: 1.75rem; border-top: 1px solid var(--line); }
.health { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 0 0 1rem; padding: 0; list-style: none; color: var(--muted); font-size: .9rem; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 700; }
figure { margin: 0 0 1.25rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
figcaption { color: var(--muted); font-size: .85rem; text-align: right; }
svg { display: block; width: 100%; height: auto; font-size: 14px; }
svg text { fill: var(--ink); } svg .tick { fill: var(--muted); font-size: 12px; }
svg .grid { stroke: var(--line); } svg .zero { stroke: var(--muted); stroke-dasharray: 4 3; }
svg .interval { stroke: var(--accent); stroke-width: 2; } svg .estimate { fill: var(--accent); stroke: var(--accent); stroke-width: 2; }
svg .open .interval, svg .open .estimate { stroke: var(--muted); } svg .open .estimate { fill: var(--card); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .4rem; color: var(--muted); font-size: .85rem; text-align: left; }
th, td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--muted); font-weight: 600; } tbody th { font-weight: 500; white-space: nowrap; } thead th { white-space: nowrap; }
.number { white-space: nowrap; } .number .muted { display: block; font-size: .85em; } .muted { color: var(--muted); } .found { color: var(--good); font-weight: 700; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--accent); }
pre { overflow-x: auto; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; font-size: .8rem; }
.notes { margin: .75rem 0 0; padding-left: 1.1rem; color: var(--muted); font-size: .85rem; }
.note, footer { color: var(--muted); font-size: .85rem; } footer { margin-top: 2.5rem; border-top: 1px solid var(--line); }
`;
