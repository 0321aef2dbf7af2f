"""How the page and its drawings look, by day and by night."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --soft: #f5f6f8; --line: #d8dce2; --ink: #1b2430; --faint: #59636f;
  --link: #0b57b5; --old: #b23c00; --new: #0b57b5; --old-soft: #fdf0e8; --new-soft: #eaf2fc; --old-mark: #f8c9a8;
  --new-mark: #b7d4f7; --good: #136c3a; --bad: #a8241c; --odd: #7a4a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --soft: #1d232a; --line: #39424d; --ink: #e4e8ed;
  --faint: #a3adb8; --link: #82b7ff; --old: #ffa36b; --new: #82b7ff; --old-soft: #2b211b; --new-soft: #1a2533;
  --old-mark: #6b3717; --new-mark: #1f4878; --good: #63cf90; --bad: #ff8a80; --odd: #eebb5c; } }
* { box-sizing: border-box; } body { overflow-wrap: break-word; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem clamp(0.8rem, 3vw, 2.5rem) 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 0.2rem; } h2 { font-size: 1.3rem; margin: 3rem 0 0.8rem; }
h3 { font-size: 1.1rem; margin: 0; } h4 { font-size: 1rem; margin: 1.2rem 0 0.4rem; }
p { margin: 0.5rem 0; max-width: 52rem; } a { color: var(--link); } .faint, figcaption { color: var(--faint); }
code, pre { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { overflow-x: auto; margin: 0.5rem 0; padding: 0.6rem 0.8rem; background: var(--soft); border-radius: 6px; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.7rem; margin: 1.2rem 0; padding: 0; list-style: none; }
.tiles li { flex: 1 1 8rem; padding: 0.7rem 1rem; background: var(--soft); border-radius: 8px; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table.counts { border-collapse: collapse; min-width: 60%; }
.counts th, .counts td { padding: 0.35rem 0.8rem; border-bottom: 1px solid var(--line); text-align: left; }
.counts th { color: var(--faint); font-weight: 600; }
.counts .number { text-align: right; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; padding: 0 0.55rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: 0.85rem; font-weight: 600; white-space: nowrap; color: var(--odd); }
.badge.same, .badge.steadier, .badge.repaired { color: var(--good); }
.badge.different, .badge.error { color: var(--bad); } .badge.info { color: var(--faint); }
section.rule { border-top: 1px solid var(--line); padding-top: 1.2rem; margin-top: 2rem; }
.group { margin: 1.1rem 0 1.6rem; padding: 0.9rem 1.1rem; border: 1px solid var(--line); border-radius: 10px; }
.change { margin: 0.9rem 0; }
.places { margin: 0 0 0.25rem; font-size: 0.9rem; overflow-wrap: anywhere; }
table.sides { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 2px 0; }
.sides td { width: 50%; vertical-align: top; padding: 0 0.5rem; overflow-wrap: anywhere; }
.sides code { white-space: pre-wrap; }
.sides td.old { background: var(--old-soft); } .sides td.new { background: var(--new-soft); }
.sides tr.kept td { background: none; } .sides tr.cut td { color: var(--faint); text-align: center; line-height: 1.1; }
del, ins { text-decoration: none; border-radius: 3px; } del { background: var(--old-mark); }
ins { background: var(--new-mark); }
.verdict { margin: 0.4rem 0; } .verdict p { margin: 0.3rem 0; }
figure { margin: 0.8rem 0; } .plots { display: flex; flex-wrap: wrap; gap: 0.8rem; }
.plots svg { flex: 1 1 22rem; max-width: 36rem; min-width: 0; height: auto; }
figcaption { font-size: 0.9rem; max-width: 60rem; }
.key { display: inline-block; width: 1.7rem; vertical-align: 0.22em; border-top: 5px solid var(--new); }
.key.new { opacity: 0.55; } .key.old { border-top: 2px solid var(--old); }
details { margin: 0.4rem 0; } summary { cursor: pointer; color: var(--link); }
.notes { margin: 0.2rem 0 0.8rem; padding-left: 1.3rem; color: var(--faint); font-size: 0.92rem; }
@media (max-width: 44rem) { .sides, .sides tbody, .sides tr, .sides td { display: block; width: 100%; }
  .sides td.none, .sides tr.kept td.new, .sides tr.cut td + td { display: none; } .group { padding: 0.7rem 0.6rem; }
  .counts th, .counts td { padding: 0.3rem 0.35rem; font-size: 0.9rem; } }
@media print { body { max-width: none; } details > * { display: block; } }
"""

#: Of the drawings alone, for pages that look after everything else themselves.
PLOT_STYLE = """
svg.plot text { fill: var(--faint); font: 11px system-ui, sans-serif; } svg.plot text.axis { fill: var(--ink); }
svg.plot path { fill: none; } svg.plot .grid { stroke: var(--line); stroke-width: 0.7; }
svg.plot .frame { stroke: var(--faint); } svg.plot .line { stroke-linejoin: round; }
svg.plot .line.new { stroke: var(--new); stroke-width: 5; opacity: 0.55; }
svg.plot .line.old { stroke: var(--old); stroke-width: 1.8; }
svg.plot rect.gap { opacity: 0.16; } svg.plot .gap.old { fill: var(--old); } svg.plot .gap.new { fill: var(--new); }
svg.plot text.gap { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
"""
