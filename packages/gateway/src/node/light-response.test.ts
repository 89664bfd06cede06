import { expect, it } from 'vitest';
import { lightResponse } from './light-response.js';

it('is a response of its own, and leaves the globals of the program alone', async () => {
  const before = { Request: globalThis.Request, Response: globalThis.Response };
  const Light = lightResponse();
  expect(globalThis.Response).toBe(before.Response);
  expect(globalThis.Request).toBe(before.Request);
  expect(Light).not.toBe(Response);
  const light = new Light('text', { status: 201, headers: { 'x-one': '1' } });
  expect(light).toBeInstanceOf(Response);
  light.headers.set('x-two', '2');
  expect([light.status, light.headers.get('x-one'), light.headers.get('x-two')]).toEqual([
    201,
    '1',
    '2',
  ]);
  expect(await light.text()).toBe('text');
});
