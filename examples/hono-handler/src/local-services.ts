// Stands in for what a deployment has elsewhere: a static host with the artifact, and a provider
// that streams answers of the models in the OpenAI protocol.
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';

/** What runs next to the handler. */
export interface LocalServices {
  readonly app: Hono;
  /** Models that answer with status 503 as long as they are in this set. */
  readonly outages: Set<string>;
  /** Resolves when a client has gone away before its answer was complete. */
  readonly cancelled: Promise<string>;
}

/** `GET /artifact/*` and `POST /v1/chat/completions`. */
export function createLocalServices(files: ReadonlyMap<string, Uint8Array>): LocalServices {
  const app = new Hono();
  const outages = new Set<string>();
  let noticeCancelled: (model: string) => void = () => {};
  const cancelled = new Promise<string>((resolve) => {
    noticeCancelled = resolve;
  });

  app.get('/artifact/*', (c) => {
    const bytes = files.get(c.req.path.slice('/artifact/'.length));
    return bytes ? c.body(new Uint8Array(bytes)) : c.notFound();
  });

  app.post('/v1/chat/completions', async (c) => {
    const { model } = await c.req.json<{ model: string }>();
    if (outages.has(model)) return c.json({ error: { message: 'overloaded' } }, 503);
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => noticeCancelled(model));
      for (const content of ['This ', 'is ', model, ' ', 'speaking.']) {
        await stream.writeSSE({ data: JSON.stringify({ choices: [{ delta: { content } }] }) });
        await stream.sleep(20);
      }
      await stream.writeSSE({ data: '[DONE]' });
    });
  });
  return { app, outages, cancelled };
}
