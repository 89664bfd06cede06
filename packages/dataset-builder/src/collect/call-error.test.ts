import { describe, expect, it } from 'vitest';
import { callFailure } from './call-error.js';

const failure = (error: unknown) => callFailure(error, false, 1000);

describe('callFailure', () => {
  it.each([
    ['refuses', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:80'],
    ['is on a network that cannot be reached', 'EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:80'],
    ['does not take the connection in time', 'UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'],
    ['has a port that fetch refuses', '', 'bad port'],
    ['has a wrong certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  ])('takes nothing for billed where the server %s', (_, code, message) => {
    const cause = Object.assign(new Error(message), { code });
    expect(failure(new TypeError('fetch failed', { cause })).mayBeBilled).toBe(false);
  });

  it('takes a connection that broke off for one that may be billed', () => {
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(failure(new TypeError('fetch failed', { cause })).mayBeBilled).toBe(true);
    expect(callFailure(new Error('aborted'), true, 1000)).toMatchObject({
      message: 'No answer within 1 s.',
      mayBeBilled: true,
    });
  });

  it('takes a status of failure for free', () => {
    expect(failure({ statusCode: 500, message: 'down' }).mayBeBilled).toBe(false);
  });
});
