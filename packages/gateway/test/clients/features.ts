import { expect, vi } from 'vitest';
import type { Answered, Ask, ClientDriver, Raised } from './client-driver.js';
import { weatherOf } from './client-driver.js';
import { KEYS } from './gateway-under-test.js';
import type { ModelServer, SeenByModel } from './model-server.js';

/** What a feature is tried with. */
export interface Trial {
  readonly client: ClientDriver;
  readonly server: ModelServer;
  /** A text that nobody else sends. */
  readonly text: string;
}

/** A PNG of one pixel and the head of a WAV file; the model is not particular about them. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==';
const WAV = Buffer.from('RIFF$\0\0\0WAVEfmt ').toString('base64');
const LONG = 'All that was said before. '.repeat(8000);

/** Every feature by its name, with what has to be true of it. */
export const FEATURES: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'Models listed': async ({ client }) => {
    expect(await client.models?.()).toEqual(expect.arrayContaining(['auto', 'thrifty', 'lawyer']));
  },
  'A model by its name': async ({ client }) => {
    expect(await client.model?.('lawyer')).toBe('lawyer');
  },
  'Chat, with instructions': async (trial) => {
    const system = 'Be brief.';
    const answer = await trial.client.chat({ ...plain(trial), system });
    expect(answer).toMatchObject({ texts: [trial.text], inputTokens: 20, outputTokens: 7 });
    const [first] = sent(trial)[0]?.body.messages ?? [];
    expect(first).toMatchObject({ content: system });
  },
  'Chat, streamed': async (trial) => {
    const { texts, pieces = [] } = await trial.client.stream(plain(trial));
    expect(texts).toEqual([trial.text]);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(trial.text);
  },
  'Usage of a stream': async (trial) => {
    expect(await trial.client.stream(plain(trial))).toMatchObject({
      inputTokens: 20,
      outputTokens: 7,
    });
  },
  'Cached and reasoning tokens': async (trial) => {
    expect(await trial.client.chat(plain(trial))).toMatchObject({
      cachedTokens: 8,
      reasoningTokens: 5,
    });
  },
  'Reasoning effort': async (trial) => {
    await trial.client.chat({ ...plain(trial), effort: 'low' });
    expect(sent(trial)[0]?.body.reasoning_effort).toBe('low');
  },
  'Tool call, and its result': async ({ client }) => {
    const answer = await client.chat({ ...tool, prompt: 'Paris' });
    expect(answer).toMatchObject({ cities: ['Paris'], texts: [weatherOf('Paris')] });
  },
  'Parallel tool calls': async ({ client }) => {
    expect(await client.chat({ ...tool, prompt: 'Paris and Rome' })).toMatchObject({
      cities: ['Paris', 'Rome'],
      texts: [`${weatherOf('Paris')}, ${weatherOf('Rome')}`],
    });
  },
  'Tool calls, streamed': async ({ client }) => {
    expect(await client.stream({ ...tool, prompt: 'Oslo and Bern' })).toMatchObject({
      cities: ['Oslo', 'Bern'],
      texts: [`${weatherOf('Oslo')}, ${weatherOf('Bern')}`],
    });
  },
  'JSON schema': async (trial) => {
    const { object } = await trial.client.chat({ ...plain(trial), asObject: true });
    expect(object).toEqual({ city: trial.text });
    expect(sent(trial)[0]?.body.response_format?.type).toBe('json_schema');
  },
  Image: async (trial) => {
    const attachment = { kind: 'image', data: PNG } as const;
    const { texts } = await trial.client.chat({ ...plain(trial), attachment });
    expect(texts).toEqual([`saw data:image/png;base64,${PNG}`]);
  },
  Audio: async (trial) => {
    const attachment = { kind: 'audio', data: WAV } as const;
    const { texts } = await trial.client.chat({ ...plain(trial), attachment });
    expect(texts).toEqual([`heard wav ${WAV}`]);
  },
  'Several choices': async (trial) => {
    const { texts } = await trial.client.chat({ ...plain(trial), n: 3 });
    expect(texts).toEqual([trial.text, trial.text, trial.text]);
  },
  'Stop sequences': async (trial) => {
    const prompt = `${trial.text} END and more`;
    const { texts } = await trial.client.chat({ ...plain(trial), prompt, stop: ' END' });
    expect(texts).toEqual([trial.text]);
  },
  'Log probabilities': async (trial) => {
    const { logprob } = await trial.client.chat({ ...plain(trial), withLogprobs: true });
    expect(logprob).toBe(-0.25);
  },
  'Prompt of 200 KB': async (trial) => {
    const { texts } = await trial.client.chat({ ...plain(trial), prompt: LONG + trial.text });
    expect(texts).toEqual([LONG + trial.text]);
  },
  Embeddings: async ({ client }) => {
    expect(await client.embed?.(['one', 'three'])).toEqual([
      [3, 0.5],
      [5, 0.5],
    ]);
  },
  Completions: async ({ client }) => {
    // The AI SDK writes who speaks around the prompt.
    expect(await client.complete?.('Once')).toContain(' upon a time');
  },
  'Routed: auto': async (trial) => {
    const prompt = `${trial.text}: which law is this contract under?`;
    const answer = await trial.client.chat({ ...plain(trial), prompt, model: 'auto' });
    expect(answer).toMatchObject({ texts: [prompt], routedTo: 'lawyer' });
  },
  'Routed: an alias': async (trial) => {
    const answer = await trial.client.chat({ ...plain(trial), model: 'thrifty' });
    expect(answer).toMatchObject({ texts: [trial.text], routedTo: 'generalist' });
  },
  'Narrowed by headers': async (trial) => {
    const prompt = `${trial.text}: which law is this contract under?`;
    const headers = { 'x-embedllm-deny': 'lawyer' };
    const answer = await trial.client.chat({ ...plain(trial), prompt, model: 'auto', headers });
    expect(answer.routedTo).toBe('generalist');
  },
  'Request id': async (trial) => {
    const { requestId } = await trial.client.chat(plain(trial));
    expect(requestId).toMatch(/^[\w-]{8,}$/);
  },
  'Idempotency-Key': async (trial) => {
    const ask = { ...plain(trial), headers: { 'idempotency-key': trial.text } };
    await trial.client.chat(ask);
    expect((await trial.client.chat(ask)).texts).toEqual([trial.text]);
    expect(sent(trial)).toHaveLength(1);
  },
  'Cancelled: the upstream call ends': async (trial) => {
    const controller = new AbortController();
    const { signal } = controller;
    const failing = trial.client.chat({ ...plain(trial), model: 'silent', signal });
    const raised = expect(failing).rejects.toThrow();
    await vi.waitFor(() => expect(sent(trial)).toHaveLength(1));
    controller.abort();
    await raised;
    await vi.waitFor(() => expect(sent(trial)[0]?.isAborted).toBe(true));
  },
  'Timeout of the client': async (trial) => {
    const failing = trial.client.chat({ ...plain(trial), model: 'silent', timeoutMs: 300 });
    await expect(failing).rejects.toThrow();
    await vi.waitFor(() => expect(sent(trial)[0]?.isAborted).toBe(true));
  },
  'Retried after Retry-After': async (trial) => {
    const ask = { ...plain(trial), model: 'busy', maxRetries: 1 };
    expect((await trial.client.chat(ask)).texts).toEqual([trial.text]);
    const [first, second] = sent(trial);
    // Its timer may run a little early.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
  },
  'Errors: 400, 401, 404, 502': async (trial) => {
    const cases = [
      [400, { model: 'refusing' }],
      [401, { apiKey: 'wrong' }],
      [404, { model: 'poet' }],
      [502, { model: 'failing' }],
    ] as const;
    for (const [status, changed] of cases) {
      const { client } = trial;
      const raised = await raisedBy(trial, client.chat({ ...plain(trial), ...changed }));
      expect(raised).toMatchObject({ status, name: client.errors[status] });
    }
  },
  'Error instead of a stream': async (trial) => {
    const { client } = trial;
    const raised = await raisedBy(trial, client.stream({ ...plain(trial), model: 'poet' }));
    expect(raised).toMatchObject({ status: 404, name: client.errors[404] });
    expect(raised.message).toContain('Unknown model "poet"');
  },
  'Interrupted stream': async (trial) => {
    const raised = await raisedBy(trial, trial.client.stream({ ...plain(trial), model: 'cut' }));
    expect(raised.message).toContain('The connection to the upstream failed');
  },
  'Budget used up: 402': async (trial) => {
    const { client } = trial;
    const ask = { ...plain(trial), apiKey: KEYS.spent };
    expect(await raisedBy(trial, client.chat(ask))).toMatchObject({
      status: 402,
      name: client.errors[402],
    });
  },
  'Rate reached: 429': async (trial) => {
    const { client } = trial;
    const ask = { ...plain(trial), apiKey: KEYS.hurried };
    expect(await raisedBy(trial, client.chat(ask))).toMatchObject({
      status: 429,
      name: client.errors[429],
    });
  },
};

const plain = ({ text }: Trial): Ask => ({ prompt: text, model: 'generalist' });
const tool: Omit<Ask, 'prompt'> = { model: 'generalist', withTool: true };

/** What the model saw of the trial. */
function sent({ server, text }: Trial): SeenByModel[] {
  return server.seen.filter((one) => one.text.includes(text));
}

async function raisedBy({ client }: Trial, asking: Promise<Answered>): Promise<Raised> {
  const error = await asking.then(
    ({ texts }) => new Error(`Nothing was raised: ${texts.join()}`),
    (raised: unknown) => raised,
  );
  return client.raised(error);
}
