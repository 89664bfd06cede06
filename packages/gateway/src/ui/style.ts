/** The page's style sheet. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--raised:#f3f4f6;--text:#1b1f24;--muted:#57606a;--line:#d5d9de;--link:#0b5cad;--good:#1a6e35;--warn:#8a5300;--bad:#b3261e;--bar:#5b8fd1}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--raised:#1f242a;--text:#e6e9ec;--muted:#9aa5b1;--line:#38404a;--link:#7db7f5;--good:#6fcf8b;--warn:#f0b35c;--bad:#ff8a80;--bar:#4f86c9}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--back)}
.skip:focus{left:.5rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center}
h1{font-size:1.5rem;margin:0}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
button{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--muted);border-radius:.4rem;padding:.2rem .8rem;cursor:pointer}
#status{margin:0;color:var(--muted);font-size:.9rem}
#status.lost{color:var(--bad);font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0 0}
.tiles div{background:var(--raised);border-radius:.5rem;padding:.6rem .9rem;min-width:0}
dt{color:var(--muted);font-size:.85rem;overflow-wrap:anywhere}
dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.note{color:var(--muted);font-size:.9rem;margin:.25rem 0}
#traffic{display:block;width:100%;height:4.5rem;border-bottom:1px solid var(--line)}
#traffic .all{fill:var(--bar)}
#traffic .failed{fill:var(--bad)}
.failed-key{color:var(--bad)}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
thead th{background:var(--raised);font-weight:600}
.text{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:7rem;max-width:24rem;font-weight:400}
thead th.text{font-weight:600}
.closed,.good{color:var(--good)}
.half-open,.resting,.warn{color:var(--warn);font-weight:600}
.open,.bad{color:var(--bad);font-weight:600}
#recent{list-style:none;margin:0;padding:0}
#recent li{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .8rem;margin:.5rem 0;overflow-wrap:anywhere}
#recent p{margin:.1rem 0}
.line{display:flex;flex-wrap:wrap;gap:0 .8rem}
.model{font-weight:600}
.small{color:var(--muted);font-size:.88rem}
summary{cursor:pointer;font-size:.88rem;color:var(--link)}
details ul{margin:.25rem 0;padding-left:1.2rem;font-size:.88rem}
`;
