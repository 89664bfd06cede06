import { DARK, LIGHT, themeProperties } from './theme.js';

/** The one style sheet of a report. */
export const STYLESHEET: string = `
:root{color-scheme:light dark;${themeProperties(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${themeProperties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;background:var(--background);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--background);z-index:1}
.skip:focus{left:.5rem}
.page{max-width:66rem;margin:0 auto;padding:1.5rem 1rem 4rem}
header h1{font-size:clamp(1.6rem,5vw,2.2rem);line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
.lead{color:var(--muted);margin:0;overflow-wrap:anywhere}
nav{margin:1.25rem 0;font-size:.95rem}
nav h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.06em;color:var(--muted);margin:0 0 .35rem}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
nav a{text-decoration:none;display:inline-block;padding:.15rem 0}
nav a:hover{text-decoration:underline}
section{margin:3rem 0 0}
section>h2{font-size:1.45rem;line-height:1.25;margin:0 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1.08rem;line-height:1.3;margin:2rem 0 .5rem;overflow-wrap:anywhere}
h4{font-size:.92rem;margin:0 0 .15rem;overflow-wrap:anywhere}
p,.findings{max-width:44rem}
p{margin:.5rem 0 1rem;overflow-wrap:anywhere}
.note,.absent{color:var(--muted);font-size:.95rem}
.absent{border-left:4px solid var(--line);padding:.25rem 0 .25rem .9rem}
.warning{color:var(--warning);font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1.5rem 0 0;padding:0}
.tiles>div{background:var(--raised);border-radius:.6rem;padding:.8rem 1rem;margin:0}
.tiles dt{color:var(--muted);font-size:.86rem;line-height:1.35}
.tiles dd{margin:0}
.tiles .figure{font-size:1.6rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.3}
.tiles .aside{font-size:.86rem;color:var(--muted);overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:1rem 0 1.5rem;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding:0 0 .4rem;font-size:.92rem;max-width:min(44rem,calc(100vw - 2rem))}
th,td{padding:.38rem .7rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
thead th{background:var(--raised);font-weight:600;vertical-align:bottom;border-bottom-color:var(--muted);white-space:normal}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.text{text-align:left;white-space:normal;min-width:9rem;overflow-wrap:anywhere}
tbody th{font-weight:400}
td.text{min-width:15rem}
tr.own th,tr.own td{font-weight:650}
.range{display:block;color:var(--muted);font-size:.84rem;font-weight:400}
.bar{vertical-align:middle;margin-left:.5rem}
.bar .track{fill:var(--line)}
.bar .value{fill:var(--series-1)}
figure{margin:1.25rem 0 1.5rem}
figcaption{color:var(--muted);font-size:.92rem;max-width:44rem;margin-bottom:.5rem}
.chart svg,.panel svg{display:block;height:auto;color:var(--muted)}
.chart text,.panel text{white-space:pre}
.chart svg{width:100%;max-width:46rem}
.chart.wide{display:none}
.chart.narrow svg{max-width:28rem}
.panel svg{width:100%;max-width:20rem}
.panel.large svg{max-width:24rem}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:1.25rem 1rem;list-style:none;margin:1rem 0;padding:0}
.panels>li{display:grid;grid-row:span 3;grid-template-rows:subgrid;row-gap:.2rem;align-items:end;min-width:0}
.panels .note{align-self:start;margin:.1rem 0 0;font-size:.84rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.6rem 0 0;padding:0;font-size:.9rem}
.legend li{display:inline-flex;align-items:center;gap:.4rem;overflow-wrap:anywhere}
.key svg{display:block;width:16px;height:16px}
.key.line svg{width:28px}
details{margin:.75rem 0 1.25rem}
summary{cursor:pointer;color:var(--link);font-size:.92rem;width:fit-content;padding:.15rem 0}
.findings{padding-left:1.2rem}
.findings li{margin:.35rem 0}
.examples{list-style:none;margin:1rem 0;padding:0;display:grid;gap:1rem}
.examples>li{background:var(--raised);border-radius:.6rem;padding:1rem;min-width:0}
blockquote{margin:0 0 .75rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:20rem;overflow-y:auto;font-size:.95rem}
.examples .scroll{margin:.5rem 0 0}
.examples thead th{background:none}
.facts{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.35rem 1.25rem;margin:1rem 0;font-size:.95rem}
.facts dt{color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{margin-top:3rem;color:var(--muted);font-size:.88rem;border-top:1px solid var(--line);padding-top:.75rem}
@media (max-width:30rem){.examples .bar{display:none}.examples .text{min-width:8.5rem}.facts{grid-template-columns:minmax(0,1fr);gap:0}.facts dd{margin-bottom:.5rem}.panels{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:1rem .6rem}th,td{padding:.35rem .5rem}}
@media (min-width:48rem){.chart.wide{display:block}.chart.narrow{display:none}}
@media (min-width:76rem){.page{max-width:80rem;display:grid;grid-template-columns:13rem minmax(0,1fr);column-gap:3rem}header,footer{grid-column:2}nav{grid-column:1;grid-row:1/span 4;position:sticky;top:1.5rem;align-self:start;margin:.5rem 0 0}nav ol{flex-direction:column;gap:.35rem}main{grid-column:2}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{:root{color-scheme:light;${themeProperties(LIGHT)}}body{font-size:10pt}.page{display:block;max-width:none;padding:0}nav,.skip,details>summary{display:none}.chart.wide{display:block}.chart.narrow{display:none}.scroll,blockquote{overflow:visible;max-height:none}section{break-inside:auto;margin-top:1.5rem}h2,h3,figcaption,caption{break-after:avoid}figure,tr,.examples>li,.tiles>div,.panels>li{break-inside:avoid}th,td{white-space:normal}a{color:inherit;text-decoration:none}}
`;
