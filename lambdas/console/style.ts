import { html } from './html.ts';

/**
 * The widget's style, with the dashboard's light or dark theme. All rules are scoped to `.gp`, because CloudWatch applies a
 * widget's styles to the whole page.
 */
export const STYLE = html`<style>
.gp { --paper: #fff; --ink: #16191f; --faint: #545b64; --line: #d5dbdb; --accent: #0b5cad; --on-accent: #fff;
  --good: #1b6b2f; --bad: #b3210f; --notice: #f4f6f9;
  color: var(--ink); background: var(--paper); font: 14px/1.5 "Amazon Ember", system-ui, sans-serif; overflow-wrap: anywhere; }
.gp-dark { --paper: #1a2029; --ink: #e6eaf0; --faint: #a3adbb; --line: #3b4655; --accent: #7fb3ff; --on-accent: #10151d;
  --good: #6fd08c; --bad: #ff9c8f; --notice: #232b36; }
.gp * { box-sizing: border-box; }
.gp h2 { margin: 0 0 8px; font-size: 18px; line-height: 1.3; color: var(--ink); }
.gp h3 { margin: 20px 0 6px; font-size: 14px; color: var(--ink); }
.gp p { margin: 6px 0; }
.gp .gp-faint { color: var(--faint); }
.gp .gp-good { color: var(--good); }
.gp .gp-bad { color: var(--bad); }
.gp form, .gp .gp-bar { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 0 0 10px; }
.gp .gp-tabs { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 12px; border-bottom: 1px solid var(--line); }
.gp .gp-tab, .gp .gp-tabs button { min-height: 32px; padding: 4px 0; line-height: 24px; }
.gp .gp-tab { border-bottom: 2px solid var(--accent); font-weight: 600; }
.gp label { display: grid; gap: 2px; font-size: 12px; color: var(--faint); }
.gp .gp-check { display: flex; gap: 6px; align-items: center; min-height: 34px; font-size: 14px; color: var(--ink); }
.gp .gp-check input { width: 18px; height: 18px; margin: 0; accent-color: var(--accent); }
.gp select, .gp input[type="search"] { min-height: 34px; max-width: 100%; padding: 4px 8px; border: 1px solid var(--faint);
  border-radius: 4px; background: var(--paper); color: var(--ink); font: inherit; }
.gp input[type="search"] { width: 280px; }
.gp button { min-height: 34px; padding: 4px 14px; border: 1px solid var(--accent); border-radius: 4px; background: var(--paper);
  color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
.gp button.btn-primary { background: var(--accent); color: var(--on-accent); }
.gp button.gp-link { min-height: 24px; padding: 0; border: 0; background: none; font-weight: 400; text-align: left; text-decoration: underline; }
.gp button:hover { text-decoration: underline; }
.gp :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.gp cwdb-action { display: none; }
.gp table + .gp-bar { margin-top: 12px; }
.gp table { width: 100%; border-collapse: collapse; background: var(--paper); color: var(--ink); }
.gp th, .gp td { padding: 6px 12px 6px 0; border: 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  background: var(--paper); color: var(--ink); font-size: 14px; line-height: 24px; }
.gp th { color: var(--faint); font-size: 12px; font-weight: 600; }
.gp .gp-time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.gp .gp-tag { display: inline-block; margin-right: 6px; padding: 0 8px; border: 1px solid currentColor; border-radius: 10px; font-size: 12px; line-height: 18px; white-space: nowrap; }
.gp dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin: 0; }
.gp dt { color: var(--faint); }
.gp dd { grid-column: 2; margin: 0; }
.gp ol { margin: 0; padding: 0; list-style: none; }
.gp li { display: grid; grid-template-columns: 200px minmax(0, 1fr); gap: 2px 16px; padding: 4px 0; border-bottom: 1px solid var(--line); }
.gp pre { max-height: 420px; margin: 0; padding: 10px; overflow: auto; border: 1px solid var(--line); border-radius: 4px;
  background: var(--notice); color: var(--ink); font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
.gp .gp-notice { margin: 0 0 10px; padding: 10px 12px; border-left: 4px solid var(--accent); background: var(--notice); }
.gp .gp-notice.gp-bad { border-color: var(--bad); color: var(--ink); }
@media (max-width: 640px) {
  .gp label, .gp input[type="search"], .gp select { width: 100%; }
  .gp .gp-check { width: auto; }
  .gp thead { display: none; }
  .gp tr { display: grid; gap: 0 12px; grid-template-columns: max-content minmax(0, 1fr); padding: 6px 0; border-bottom: 1px solid var(--line); }
  .gp td { padding: 1px 0; border: 0; }
  .gp td:nth-child(n + 3) { grid-column: 1 / -1; }
  .gp td:empty { display: none; }
  .gp dl, .gp li { grid-template-columns: minmax(0, 1fr); }
  .gp dd { grid-column: 1; margin-bottom: 6px; }
}
</style>`;
