/** The page's script. All that comes from outside goes into the page as text. */
export const SCRIPT = `'use strict';
(() => {
const byId = (id) => document.getElementById(id);
const EVERY_MS = 2000;
let isPaused = false;
let timer;

const setText = (element, text) => { if (element.textContent !== text) element.textContent = text; };
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const count = (value) => value.toLocaleString('en-US');
const dollars = (value) => {
  const digits = value !== 0 && Math.abs(value) < 1 ? 6 : 2;
  return (value < 0 ? '-$' : '$') + Math.abs(value).toFixed(digits);
};
const percent = (value) => (100 * value).toFixed(1) + '%';
const duration = (ms) => ms < 1000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s';
const keyName = (key) => key === '' || key === undefined ? '(no key)' : key;
const modelName = (model) => model === '' || model === undefined ? '(none)' : model;

/** Fills a table body row by row and leaves alone what has not changed, so that focus and selection stay. */
function fill(body, rows) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((cells, index) => {
    const row = body.rows[index] ?? body.insertRow();
    cells.forEach(([text, className = ''], at) => {
      const cell = row.cells[at] ?? row.appendChild(make(at === 0 ? 'th' : 'td'));
      if (at === 0) cell.scope = 'row';
      if (cell.className !== className) cell.className = className;
      setText(cell, text);
    });
  });
}

function showTraffic(traffic, bucketMs) {
  const svg = byId('traffic');
  const most = Math.max(1, ...traffic.map(({ requests }) => requests));
  const width = 300 / traffic.length;
  const bar = (kind, index, value) => {
    const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const height = 60 * value / most;
    rect.setAttribute('class', kind);
    rect.setAttribute('x', String(index * width + 0.4));
    rect.setAttribute('width', String(width - 0.8));
    rect.setAttribute('y', String(60 - height));
    rect.setAttribute('height', String(height));
    return rect;
  };
  svg.replaceChildren(...traffic.flatMap(({ requests, failures }, index) =>
    requests === 0 ? [] : [bar('all', index, requests), bar('failed', index, failures)]));
  const sum = (list, field) => list.reduce((total, one) => total + one[field], 0);
  const label = count(sum(traffic, 'requests')) + ' requests in the last five minutes, ' +
    count(sum(traffic, 'failures')) + ' failed';
  svg.setAttribute('aria-label', label);
  const minute = traffic.slice(-Math.round(60000 / bucketMs));
  setText(byId('minute'), count(sum(minute, 'requests')) + ' requests, ' + count(sum(minute, 'failures')) + ' failed');
}

function showModels(models, spending) {
  fill(byId('models'), models.map(({ name, upstream, circuit, restMs, isRouted, failedCalls }) => {
    const own = spending.filter((one) => one.model === name);
    const sum = (field) => own.reduce((total, one) => total + one[field], 0);
    const rests = restMs > 0 && circuit === 'closed';
    const state = rests ? 'paused for ' + duration(restMs) : { closed: 'works', open: 'open circuit', 'half-open': 'half-open' }[circuit];
    return [
      [name, 'text'], [upstream, 'text'],
      [state + (isRouted ? '' : ', by name only'), 'text ' + (rests ? 'resting' : circuit)],
      [count(sum('requests'))], [count(failedCalls), failedCalls > 0 ? 'bad' : ''],
      [dollars(sum('costUsd'))], [dollars(sum('savedUsd'))],
    ];
  }));
}

function showSpending(spending) {
  const sorted = [...spending].sort((a, b) => b.costUsd - a.costUsd || b.requests - a.requests);
  fill(byId('spending'), sorted.map((one) => [
    [keyName(one.key), 'text'], [modelName(one.model), 'text'], [count(one.requests)],
    [count(one.inputTokens)], [count(one.outputTokens)],
    [dollars(one.costUsd) + (one.unpriced > 0 ? ' + ' + count(one.unpriced) + ' without price' : '')],
    [dollars(one.savedUsd)],
  ]));
}

/** A model that a cascade asked, with its cost. */
function asked({ model, outcome, costUsd }) {
  const cost = costUsd === undefined ? '' : ' ' + dollars(costUsd);
  return model + (outcome === 'answered' ? '' : ' ' + outcome) + cost;
}

function entry({ at, log, candidates }) {
  const item = make('li');
  item.dataset.id = log.requestId + at;
  const line = make('p', 'line');
  const time = make('time', 'small', new Date(at).toLocaleTimeString());
  time.dateTime = new Date(at).toISOString();
  line.append(time, make('span', 'model', (log.shadowOf ? 'shadow' : log.asked ?? '?') + ' → ' + modelName(log.model)),
    make('span', log.status < 400 ? 'good' : log.status < 500 ? 'warn' : 'bad', log.status + (log.code ? ' ' + log.code : '')),
    make('span', 'small', keyName(log.client)), make('span', 'small', duration(log.durationMs)));
  if (log.costUsd !== undefined) line.append(make('span', 'small', dollars(log.costUsd)));
  if (log.savedUsd !== undefined) line.append(make('span', 'small', 'saved ' + dollars(log.savedUsd)));
  item.append(line);
  if (log.reason) item.append(make('p', '', log.reason));
  const facts = [];
  if (log.shadowOf) facts.push('second answer to ' + log.shadowOf);
  if (log.cascade) facts.push('cascade ' + log.cascade.outcome + ': ' + log.cascade.calls.map(asked).join(', '));
  if (log.familiarity !== undefined) facts.push('familiarity ' + percent(log.familiarity));
  if (log.inputTokens !== undefined) facts.push(count(log.inputTokens) + ' tokens in, ' + count(log.outputTokens) + ' out' + (log.isEstimated ? ' (estimated)' : ''));
  if (log.attempts > 1) facts.push(log.attempts + ' attempts');
  for (const { model, reason, status } of log.failures ?? []) facts.push(model + ': ' + reason + (status ? ' ' + status : ''));
  if (facts.length > 0) item.append(make('p', 'small', facts.join(' · ')));
  if (candidates.length > 0) {
    const details = make('details');
    details.append(make('summary', '', candidates.length + ' candidates'));
    const list = make('ul');
    for (const { model, probability, expectedCostUsd } of candidates) {
      const cost = expectedCostUsd === undefined ? '' : ', about ' + dollars(expectedCostUsd);
      list.append(make('li', '', model + ': ' + percent(probability) + cost));
    }
    details.append(list);
    item.append(details);
  }
  return item;
}

function showRecent(recent) {
  const list = byId('recent');
  byId('none').hidden = recent.length > 0;
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const ids = new Set(recent.map(({ at, log }) => log.requestId + at));
  for (const [id, item] of known) if (!ids.has(id)) item.remove();
  for (const one of [...recent].reverse()) {
    if (!known.has(one.log.requestId + one.at)) list.prepend(entry(one));
  }
}

function show(state) {
  const sum = (field) => state.spending.reduce((total, one) => total + one[field], 0);
  setText(byId('running'), count(state.running));
  setText(byId('waiting'), count(state.waiting));
  setText(byId('spent'), dollars(sum('costUsd')));
  setText(byId('saved'), state.baseline === undefined ? '–' : dollars(sum('savedUsd')));
  setText(byId('baseline'), state.baseline === undefined ? '(set routing.baseline)' : 'compared with ' + state.baseline);
  showTraffic(state.traffic, state.bucketMs);
  showModels(state.models, state.spending);
  showSpending(state.spending);
  showRecent(state.recent);
}

function say(text, isLost) {
  const status = byId('status');
  setText(status, text);
  status.className = isLost ? 'lost' : '';
}

async function poll() {
  try {
    const response = await fetch('ui/state', { cache: 'no-store', signal: AbortSignal.timeout(10000) });
    if (!response.ok) throw new Error('status ' + response.status);
    const state = await response.json();
    show(state);
    say(state.isDraining ? 'The gateway is shutting down.' : '', state.isDraining);
  } catch (error) {
    say('The gateway does not respond: ' + error.message, true);
  }
  if (!isPaused) timer = setTimeout(poll, EVERY_MS);
}

byId('pause').addEventListener('click', ({ currentTarget }) => {
  isPaused = !isPaused;
  currentTarget.setAttribute('aria-pressed', String(isPaused));
  setText(currentTarget, isPaused ? 'Resume' : 'Pause');
  clearTimeout(timer);
  if (isPaused) say('Paused.', false);
  else poll();
});
poll();
})();
`;
