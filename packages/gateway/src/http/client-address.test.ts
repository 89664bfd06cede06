import { expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('takes %s for %s', (address, expected) => {
  expect(clientAddress(new Headers(), from(address), undefined)).toBe(expected);
});

it('uses the last address of a trusted header, and none if the header is missing', () => {
  const headers = new Headers({ 'x-forwarded-for': '10.0.0.1, 198.51.100.9' });
  expect(clientAddress(headers, from('127.0.0.1'), 'x-forwarded-for')).toBe('198.51.100.9');
  expect(clientAddress(headers, from('127.0.0.1'), undefined)).toBe('127.0.0.1');
  expect(clientAddress(new Headers(), from('127.0.0.1'), 'x-forwarded-for')).toBeUndefined();
  expect(clientAddress(new Headers(), {}, undefined)).toBeUndefined();
});
