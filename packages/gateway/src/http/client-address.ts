import type { RequestHeaders } from './request-headers.js';

/**
 * The address that a request comes from, of IPv6 the network of 64 bits, which one client has to
 * itself.
 *
 * @param bindings - Of the runtime; `incoming` is Node's own request.
 * @param header - The header in which a proxy gives the address, where one is trusted.
 * @returns `undefined` where it is not known.
 */
export function clientAddress(
  headers: Pick<RequestHeaders, 'get'>,
  bindings: unknown,
  header: string | undefined,
): string | undefined {
  const given = header === undefined ? remoteAddress(bindings) : headers.get(header);
  const last = given?.split(',').at(-1)?.trim() ?? '';
  return last === '' || last.length > 64 ? undefined : networkOf(last);
}

/** The address at the other end of Node's connection. */
export function remoteAddress(bindings: unknown): string | undefined {
  let value: unknown = bindings;
  for (const name of ['incoming', 'socket', 'remoteAddress']) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === 'string' ? value : undefined;
}

/** An address, of IPv6 its network of 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const missing = 8 - groups(head).length - groups(tail).length;
  const zeros = Array.from({ length: Math.max(0, missing) }, () => '0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return `${all.slice(0, 4).join(':')}::/64`;
}
