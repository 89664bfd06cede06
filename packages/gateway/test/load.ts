import { Agent, request } from 'undici';

/** How a request ended. */
export type Ending =
  /** With the whole answer to its own question, once. */
  | 'answered'
  /** With an answer that broke off, and said so. */
  | 'broken-off'
  /** With an error status and its reason. */
  | 'refused'
  /** Without an answer. */
  | 'lost'
  /** With the answer to another question, or with more than one. */
  | 'wrong';

/** Where requests go, and how many. */
export interface LoadOptions {
  readonly requestsPerSecond: number;
  readonly seconds: number;
  /** The base URL for the next request, the version included. */
  readonly target: () => string;
  /** @default auto */
  readonly model?: string;
  /** First of the numbers by which requests tell themselves apart. @default 0 */
  readonly firstId?: number;
}

/** What became of a load. */
export interface LoadReport {
  readonly sent: number;
  readonly endings: Readonly<Record<Ending, number>>;
  /** Milliseconds of each request that was answered, ascending. */
  readonly latencies: readonly number[];
  /** What was said of lost and wrong requests; the first few. */
  readonly complaints: readonly string[];
}

/** Sends requests at a steady rate, whether or not earlier ones have ended, and waits for all. */
export async function load(options: LoadOptions): Promise<LoadReport> {
  const { requestsPerSecond, seconds, target, model = 'auto', firstId = 0 } = options;
  const dispatcher = new Agent({ connections: 256, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const endings = { answered: 0, 'broken-off': 0, refused: 0, lost: 0, wrong: 0 };
  const latencies: number[] = [];
  const complaints: string[] = [];
  const total = Math.round(requestsPerSecond * seconds);
  const running: Promise<void>[] = [];
  const start = performance.now();
  for (let index = 0; index < total; index++) {
    const wait = start + (index * 1000) / requestsPerSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const begin = performance.now();
    running.push(
      ask(dispatcher, target, model, firstId + index).then(({ ending, complaint }) => {
        endings[ending]++;
        if (ending === 'answered') latencies.push(performance.now() - begin);
        if (complaint !== undefined && complaints.length < 5) complaints.push(complaint);
      }),
    );
  }
  await Promise.all(running);
  await dispatcher.close();
  latencies.sort((a, b) => a - b);
  return { sent: total, endings, latencies, complaints };
}

/** A quantile of ascending numbers. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

async function ask(
  dispatcher: Agent,
  target: () => string,
  model: string,
  id: number,
): Promise<{ ending: Ending; complaint?: string }> {
  // Mathematics, so that the router's first choice is the upstream that mostly misbehaves.
  const question = `What is the sum of the number 1 and the number ${id} ?`;
  const isStream = id % 2 === 0;
  try {
    const messages = [{ role: 'user', content: question }];
    const sent = JSON.stringify({ model, stream: isStream, messages });
    const { statusCode, body } = await post(dispatcher, target, sent);
    const text = await body.text();
    if (statusCode !== 200) {
      return text.startsWith('{"error":{"message":')
        ? { ending: 'refused' }
        : { ending: 'lost', complaint: `status ${statusCode}: ${text.slice(0, 200)}` };
    }
    const ending = isStream ? readStream(text, question) : readWhole(text, question);
    return ending === 'wrong' || ending === 'lost'
      ? { ending, complaint: text.slice(0, 400) }
      : { ending };
  } catch (error) {
    return { ending: 'lost', complaint: String(error) };
  }
}

/** As balancers do, turns to the next target where a connection is refused: nothing was sent. */
async function post(
  dispatcher: Agent,
  target: () => string,
  body: string,
): ReturnType<typeof request> {
  const headers = { 'content-type': 'application/json' };
  const send = (): ReturnType<typeof request> =>
    request(`${target()}/chat/completions`, { dispatcher, method: 'POST', headers, body });
  try {
    return await send();
  } catch (error) {
    const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
    if (!isRefused) throw error;
    return await send();
  }
}

function readWhole(text: string, question: string): Ending {
  return contentOf(JSON.parse(text), 'message') === question ? 'answered' : 'wrong';
}

function readStream(text: string, question: string): Ending {
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data ?? '');
  const done = events.filter((data) => data === '[DONE]').length;
  const parsed = events.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data));
  const answer = parsed.map((event) => contentOf(event, 'delta')).join('');
  const isBroken = parsed.some((event) => 'error' in event);
  if (done > 1 || !question.startsWith(answer) || (isBroken && done > 0)) return 'wrong';
  if (isBroken) return 'broken-off';
  return done === 1 && answer === question ? 'answered' : 'lost';
}

function contentOf(
  event: { choices?: Record<string, { content?: string }>[] },
  key: string,
): string {
  return event.choices?.[0]?.[key]?.content ?? '';
}
