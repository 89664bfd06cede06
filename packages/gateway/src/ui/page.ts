/** The page's frame; its script fills in what `/ui/state` says, as text and never as HTML. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>EmbedLLM gateway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="ui/style.css">
<script src="ui/script.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>EmbedLLM gateway</h1>
<button type="button" id="pause" aria-pressed="false">Pause</button>
<p id="status" role="status"></p>
</header>
<main id="main" tabindex="-1">
<noscript><p>This page needs JavaScript. Its data:  <a href="ui/state">ui/state</a>.</p></noscript>
<dl class="tiles">
<div><dt>Running</dt><dd id="running">–</dd></div>
<div><dt>Waiting</dt><dd id="waiting">–</dd></div>
<div><dt>Last minute</dt><dd id="minute">–</dd></div>
<div><dt>Spent since start</dt><dd id="spent">–</dd></div>
<div><dt>Saved <span id="baseline"></span></dt><dd id="saved">–</dd></div>
</dl>
<section>
<h2>Traffic</h2>
<svg id="traffic" viewBox="0 0 300 60" preserveAspectRatio="none" role="img" aria-label="No requests in the last five minutes"></svg>
<p class="note">Requests completed in the last five minutes; <span class="failed-key">failed</span> ones in red.</p>
</section>
<section>
<h2 id="models-title">Models</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="models-title">
<table><thead><tr><th scope="col" class="text">Model</th><th scope="col" class="text">Upstream</th><th scope="col" class="text">State</th><th scope="col">Requests</th><th scope="col">Failed calls</th><th scope="col">Spent</th><th scope="col">Saved</th></tr></thead><tbody id="models"></tbody></table>
</div>
</section>
<section>
<h2 id="spending-title">Spending by key and model</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="spending-title">
<table><thead><tr><th scope="col" class="text">Key</th><th scope="col" class="text">Model</th><th scope="col">Requests</th><th scope="col">Tokens in</th><th scope="col">Tokens out</th><th scope="col">Spent</th><th scope="col">Saved</th></tr></thead><tbody id="spending"></tbody></table>
</div>
</section>
<section>
<h2>Recent decisions</h2>
<p class="note" id="none">No requests yet.</p>
<ol id="recent"></ol>
</section>
</main>
</body>
</html>
`;

/** What the page may load and do: its own script and style, its own state, and nothing else. */
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
