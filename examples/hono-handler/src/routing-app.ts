// The handler: web APIs only, so that it runs on Cloudflare Workers, Deno, Bun and Node alike.
import { EmbedLLMError } from '@embedllm/core';
import {
  bestQuality,
  type ChatMessage,
  type Policy,
  type Router,
  withinBudget,
} from '@embedllm/router';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** What the handler needs. */
export interface RoutingAppOptions {
  readonly router: Router;
  /** Sends a chat to a model and returns its answer as it streams in. */
  readonly callModel: (
    model: string,
    messages: readonly ChatMessage[],
    signal: AbortSignal,
  ) => Promise<Response>;
  /** The most that one answer may cost where a request does not say, in US dollars. */
  readonly maxCostUsd: number;
}

/** `POST /route` returns the decision, `POST /chat` the chosen model's answer as it streams. */
export function createRoutingApp({ router, callModel, maxCostUsd }: RoutingAppOptions): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: 256 * 1024 }));

  app.post('/route', async (c) => {
    const { messages, budget } = readBody(await c.req.json(), maxCostUsd);
    const decision = await router.route(messages, {
      policy: ceiling(budget),
      top: 3,
      signal: c.req.raw.signal,
    });
    return c.json(decision);
  });

  app.post('/chat', async (c) => {
    const { messages, budget } = readBody(await c.req.json(), maxCostUsd);
    // Aborts when the client goes away: nobody pays for answers that nobody reads.
    const { signal } = c.req.raw;
    const { candidates } = await router.route(messages, {
      policy: ceiling(budget),
      top: 3,
      signal,
    });
    for (const { model, probability } of candidates) {
      const answer = await callModel(model.name, messages, signal);
      if (answer.ok) {
        // The body passes through byte by byte; nothing is buffered.
        return new Response(answer.body, {
          headers: {
            'content-type': answer.headers.get('content-type') ?? 'text/event-stream',
            'x-routed-model': model.name,
            'x-routed-probability': probability.toFixed(3),
          },
        });
      }
      await answer.body?.cancel();
      if (answer.status < 500 && answer.status !== 429) {
        return c.json({ error: `${model.name} refused the request (${answer.status})` }, 502);
      }
    }
    return c.json({ error: 'No candidate answered.' }, 503);
  });

  app.onError((error, c) => {
    if (error instanceof SyntaxError) return c.json({ error: 'The body must be JSON.' }, 400);
    if (!(error instanceof EmbedLLMError)) return c.json({ error: 'Internal error' }, 500);
    // Nothing in the pool meets the policy, or the request is wrong.
    const status = error.code === 'no-candidate' ? 422 : 400;
    return c.json({ error: error.message, code: error.code }, status);
  });
  return app;
}

/** The best model among those that are expected to cost at most so much. */
function ceiling(budget: number): Policy {
  return [withinBudget({ maxCostUsd: budget }), bestQuality()];
}

interface RoutingRequest {
  readonly messages: ChatMessage[];
  readonly budget: number;
}

/** Checks the body; what is wrong becomes status 400. */
function readBody(body: unknown, maxCostUsd: number): RoutingRequest {
  const fields: { messages?: unknown; maxCostUsd?: unknown } =
    typeof body === 'object' && body !== null ? body : {};
  const { messages, maxCostUsd: budget = maxCostUsd } = fields;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new EmbedLLMError('`messages` must be a list of { role, content } with texts.', {
      code: 'invalid-argument',
    });
  }
  if (typeof budget !== 'number') {
    throw new EmbedLLMError('`maxCostUsd` must be a number.', { code: 'invalid-argument' });
  }
  return { messages, budget };
}

function isMessage(message: unknown): message is ChatMessage {
  const { role, content }: { role?: unknown; content?: unknown } =
    typeof message === 'object' && message !== null ? message : {};
  return typeof role === 'string' && typeof content === 'string';
}
