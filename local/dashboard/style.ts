/** Light or dark like the user's system, with CloudWatch's grid of 24 columns. */
export const STYLE = `
:root { --paper: #fff; --ground: #f3f4f6; --ink: #1c2430; --faint: #5b6370; --line: #dfe3e8;
  --red: #c02626; --green: #1a7f4b;
  --c0: #2563b8; --c1: #c2570c; --c2: #1a7f4b; --c3: #8b3fb0; --c4: #b8860b; --c5: #0e7c86; --c6: #b0305c; --c7: #5b6472; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1a2029; --ground: #11151b; --ink: #e4e8ee; --faint: #94a0b0; --line: #2f3947;
    --red: #f87171; --green: #4ade80;
    --c0: #6ea8fe; --c1: #fb923c; --c2: #4ade80; --c3: #d08bf0; --c4: #facc15; --c5: #4dd4de; --c6: #f48fb1; --c7: #a3adbb; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.2rem; background: var(--ground); color: var(--ink); font: 14px/1.4 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.4rem; }
header p { margin: .2rem 0 1rem; max-width: 60rem; color: var(--faint); }
main { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: 44px; gap: 8px; }
h2 { margin: 0; align-self: end; font-size: 1.1rem; }
section { display: flex; flex-direction: column; min-width: 0; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); }
h3 { margin: 0 0 .3rem; font-size: .85rem; font-weight: 600; }
.content { flex: 1; min-height: 0; overflow: auto; }
svg { display: block; width: 100%; max-height: 205px; }
svg text { fill: var(--faint); font-size: 10px; }
.grid line { stroke: var(--line); }
polyline { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
circle { fill: var(--c); }
.c0 { --c: var(--c0) } .c1 { --c: var(--c1) } .c2 { --c: var(--c2) } .c3 { --c: var(--c3) }
.c4 { --c: var(--c4) } .c5 { --c: var(--c5) } .c6 { --c: var(--c6) } .c7 { --c: var(--c7) }
ul { margin: 0; padding: 0; list-style: none; }
.names { display: flex; flex-wrap: wrap; gap: .1rem .8rem; font-size: .75rem; }
.names i { display: inline-block; width: .6rem; height: .6rem; margin-right: .3rem; border-radius: 2px; background: var(--c); }
.names .unit { margin-left: auto; color: var(--faint); }
.none, .rest { margin: .3rem 0; color: var(--faint); }
.rest { font-size: .72rem; }
.figures { display: flex; flex-wrap: wrap; gap: .4rem 2.5rem; }
.figures b { display: block; font-size: 1.8rem; font-weight: 600; line-height: 1.2; }
.figures span { color: var(--faint); font-size: .8rem; }
.counts { margin: 0 0 .4rem; font-size: .8rem; }
.counts span { margin-right: .8rem; }
.alarms { display: flex; flex-wrap: wrap; gap: 4px; }
.alarms li { padding: .1rem .5rem; border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 4px; font-size: .75rem; }
.counts .ringing { color: var(--red); font-weight: 600; }
.counts .quiet { color: var(--green); }
.counts .none { color: var(--faint); }
.alarms .ringing { border-color: var(--red); color: var(--red); font-weight: 600; }
.alarms .quiet { border-left-color: var(--green); }
.alarms .none { margin: 0; color: var(--faint); }
table { width: 100%; border-collapse: collapse; font: 12px/1.5 ui-monospace, monospace; }
th, td { padding: .1rem .8rem .1rem 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--paper); color: var(--faint); font-weight: 500; }
@media (max-width: 900px) {
  main { display: block; } section, h2 { margin-bottom: 10px; }
}
`;
