import { fileURLToPath } from 'node:url';
import { findChromium } from '@embedllm/internals/testing';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, KEYS, startGatewayUnderTest } from './gateway-under-test.js';

const executablePath = findChromium() ?? '';
const stops: (() => Promise<void>)[] = [];
let gateway: GatewayUnderTest;
let bundle = '';

beforeAll(async () => {
  if (executablePath === '') return;
  gateway = await startGatewayUnderTest((stop) => stops.push(stop));
  const build = await rolldown({
    input: fileURLToPath(import.meta.resolve('openai')),
    platform: 'browser',
  });
  const { output } = await build.generate({ format: 'iife', name: 'openai', exports: 'named' });
  await build.close();
  bundle = output[0].code;
});

afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Runs in the page. */
const ASK = `async ({ baseURL, apiKey }) => {
  const client = new openai.OpenAI({ baseURL, apiKey, dangerouslyAllowBrowser: true, maxRetries: 0 });
  const messages = [{ role: 'user', content: 'two words' }];
  const { data, response } = await client.chat.completions
    .create({ model: 'lawyer', messages }, { headers: { 'idempotency-key': 'browser' } })
    .withResponse();
  const pieces = [];
  const stream = await client.chat.completions.create({ model: 'lawyer', messages, stream: true });
  for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? '');
  const refused = await client.chat.completions.create({ model: 'poet', messages }).catch(String);
  return {
    text: data.choices[0].message.content,
    model: response.headers.get('x-embedllm-model'),
    hasId: Boolean(data._request_id),
    streamed: pieces.join(''),
    refused,
  };
}`;

it.skipIf(executablePath === '')(
  'the official client runs in a browser, on a listed origin',
  async () => {
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(gateway.server.origin);
      await page.addScriptTag({ content: bundle });
      const options = JSON.stringify({ baseURL: `${gateway.url}/v1`, apiKey: KEYS.app });
      expect(await page.evaluate(`(${ASK})(${options})`)).toMatchObject({
        text: 'two words',
        model: 'lawyer',
        hasId: true,
        streamed: 'two words',
        refused: expect.stringContaining('404 Unknown model "poet"'),
      });
    } finally {
      await browser.close();
    }
  },
);
