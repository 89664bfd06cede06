import type { ClientKey } from '../configuration/client-key.js';
import { ApiError } from './api-error.js';
import { digest } from './digest.js';
import type { RequestHeaders } from './request-headers.js';

const MAX_KEY_CHARACTERS = 1024;

/**
 * Identifies clients by their keys. Keys are compared by their SHA-256 digests over the full length and
 * against every key, so that the time reveals neither how much of a key was right nor which.
 */
export class Authenticator {
  readonly #digests: Promise<readonly Uint8Array[]>;
  readonly #names: readonly string[];
  readonly #admins: ReadonlySet<string>;

  constructor(keys: readonly ClientKey[]) {
    this.#names = keys.map(({ name }) => name);
    this.#admins = new Set(keys.filter(({ isAdmin }) => isAdmin).map(({ name }) => name));
    this.#digests = Promise.all(keys.map(({ key }) => digest(key.reveal())));
  }

  /** Whether anybody is asked for a key. */
  get hasKeys(): boolean {
    return this.#names.length > 0;
  }

  /** Whether any key is an operator's. */
  get hasAdmins(): boolean {
    return this.#admins.size > 0;
  }

  /** Whether a key of this name is an operator's. */
  isAdmin(name: string | undefined): boolean {
    return name !== undefined && this.#admins.has(name);
  }

  /**
   * The name of the client's key; `undefined` where no keys are configured.
   *
   * @throws ApiError 401 without a key, or with a wrong one.
   */
  async identify(headers: Pick<RequestHeaders, 'get'>): Promise<string | undefined> {
    if (!this.hasKeys) return undefined;
    const given = givenKey(headers);
    if (given === undefined || given.length > MAX_KEY_CHARACTERS) throw unauthorized();
    const wanted = await digest(given);
    let found = -1;
    for (const [index, known] of (await this.#digests).entries()) {
      let difference = 0;
      for (let at = 0; at < known.length; at++) difference |= (known[at] ?? 0) ^ (wanted[at] ?? 0);
      found = difference === 0 ? index : found;
    }
    if (found < 0) throw unauthorized();
    return this.#names[found];
  }
}

/** The key that a request has, right or wrong: as OpenAI's clients send it, or as Anthropic's do. */
export function givenKey(headers: Pick<RequestHeaders, 'get'>): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? /^\s*(\S+)\s*$/.exec(headers.get('x-api-key') ?? '')?.[1];
}

/** Whether an error says that a key is missing or wrong. */
export function isWrongKey(error: unknown): boolean {
  return error instanceof ApiError && error.options.code === 'invalid_api_key';
}

function unauthorized(): ApiError {
  return new ApiError(
    401,
    'Send a valid API key as `Authorization: Bearer <key>` or `x-api-key: <key>`.',
    {
      code: 'invalid_api_key',
      headers: { 'www-authenticate': 'Bearer' },
      isFinal: true,
    },
  );
}
