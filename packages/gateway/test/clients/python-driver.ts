import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type OpenAI from 'openai';
import type { Answered, Ask, ClientDriver, ClientOptions, Raised } from './client-driver.js';
import { answerCalls, messagesOf, paramsOf, usageOf } from './openai-driver.js';

const SCRIPT = fileURLToPath(new URL('python_client.py', import.meta.url));
const HAS_CLIENT = 'import importlib.util as u, sys; sys.exit(u.find_spec("openai") is None)';

/**
 * A Python that has the package `openai`: the one that `EMBEDLLM_PYTHON` names, which then has to
 * have it, or `python3` where that does.
 */
export function pythonWithClient(): string | undefined {
  const { EMBEDLLM_PYTHON: named } = process.env;
  if (named) return named;
  return spawnSync('python3', ['-c', HAS_CLIENT]).status === 0 ? 'python3' : undefined;
}

/** What the client raised in the other process. */
class PythonError extends Error {
  readonly raised: Raised;

  constructor(raised: Raised) {
    super(`${raised.name}: ${raised.message}`);
    this.raised = raised;
  }
}

interface PythonAnswer {
  readonly answer: OpenAI.ChatCompletion;
  readonly pieces?: readonly string[];
  readonly requestId?: string;
  readonly routedTo?: string;
}

/** The official client for Python, in a process of its own. */
export function pythonDriver(python: string, { baseURL, apiKey }: ClientOptions): ClientDriver {
  const child = spawn(python, [SCRIPT, baseURL, apiKey], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ask = questionsFor(child);
  const talk = async (what: 'chat' | 'stream', wanted: Ask): Promise<Answered> => {
    const { headers = {}, apiKey: key, maxRetries, timeoutMs, signal } = wanted;
    const messages = messagesOf(wanted);
    const run = async () => {
      const params = { ...paramsOf(wanted), messages };
      const asked = { params, headers, apiKey: key, maxRetries, timeoutMs };
      return (await ask(what, asked, signal)) as PythonAnswer;
    };
    const first = await run();
    const calls = first.answer.choices[0]?.message.tool_calls ?? [];
    const cities = answerCalls(messages, calls);
    const { answer, pieces, requestId, routedTo } = cities.length > 0 ? await run() : first;
    const [choice] = answer.choices;
    return {
      texts: answer.choices.map(({ message }) => message.content ?? ''),
      cities,
      ...(pieces && { pieces }),
      ...(wanted.asObject && { object: JSON.parse(choice?.message.content ?? '') }),
      ...usageOf(answer.usage),
      logprob: choice?.logprobs?.content?.[0]?.logprob,
      requestId,
      routedTo,
    };
  };
  return {
    errors: {
      400: 'BadRequestError',
      401: 'AuthenticationError',
      402: 'APIStatusError',
      404: 'NotFoundError',
      429: 'RateLimitError',
      502: 'InternalServerError',
    },
    chat: (wanted) => talk('chat', wanted),
    stream: (wanted) => talk('stream', wanted),
    models: async () => (await ask('models')) as string[],
    model: async (id) => (await ask('model', { model: id })) as string,
    embed: async (texts) => (await ask('embed', { texts })) as number[][],
    complete: async (prompt) => (await ask('complete', { prompt })) as string,
    raised(error) {
      if (error instanceof PythonError) return error.raised;
      throw error;
    },
    async close() {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

type Question = (what: string, value?: object, signal?: AbortSignal) => Promise<unknown>;

interface Said {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: Raised;
}

/** Sends questions as lines of JSON, and finds their answers among those that come back. */
function questionsFor(child: ChildProcessByStdio<Writable, Readable, null>): Question {
  const waiting = new Map<number, (said: Said) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said: Said = JSON.parse(line);
    waiting.get(said.id)?.(said);
  });
  const send = (value: object): boolean => child.stdin.write(`${JSON.stringify(value)}\n`);
  child.once('exit', (code) => {
    const error = { name: 'Exit', message: `Python ended with ${code}.` };
    for (const [id, answer] of waiting) answer({ id, error });
  });
  let last = 0;
  return async (what, value = {}, signal) => {
    const id = ++last;
    const cancel = (): boolean => send({ id, what: 'cancel' });
    signal?.addEventListener('abort', cancel, { once: true });
    const said = await new Promise<Said>((resolve) => {
      waiting.set(id, resolve);
      send({ id, what, ...value });
    });
    waiting.delete(id);
    if (said.error) throw new PythonError(said.error);
    return said.value;
  };
}
