import { retryAfterMs } from '@embedllm/internals';
import { HubError } from './hub-error.js';
import type { HubSettings } from './hub-settings.js';
import { describeRepository, type Repository, repositoryUrl } from './repository.js';

const MAX_MESSAGE_BYTES = 4096;

/** Describes an unsuccessful HTTP answer to a user, with what the server says about it. */
export async function errorOfResponse(
  response: Response,
  repository: Repository,
  settings: Pick<HubSettings, 'endpoint' | 'token'>,
): Promise<HubError> {
  const { status, headers } = response;
  const said = (await readReason(response)).replaceAll(settings.token ?? '\0', 'hf_…');
  const what = describeRepository(repository);
  const page = repositoryUrl(repository, settings.endpoint);
  const because = said === '' ? '' : ` (${said})`;
  const details = { status, retryAfterMs: retryAfterMs(headers, Date.now()) };
  if (status === 401 || status === 403) {
    const advice =
      settings.token === undefined
        ? 'set HF_TOKEN to a token of an account with access'
        : 'check that the account of the token (HF_TOKEN) has access';
    return new HubError(
      `${what} is gated, private or does not exist${because}. Accept its conditions on ${page} if it has any, and ${advice}.`,
      details,
    );
  }
  if (status === 404) {
    const missing = new Map([
      ['RevisionNotFound', `${what} has no such revision`],
      ['EntryNotFound', `${what} has no such file`],
    ]);
    const code = headers.get('x-error-code') ?? '';
    return new HubError(
      `${missing.get(code) ?? `${what} or its revision does not exist`}${because}. See ${page}.`,
      details,
    );
  }
  const retryable = status === 408 || status === 429 || status >= 500;
  const wait =
    details.retryAfterMs === undefined ? '' : ` It asks to wait ${details.retryAfterMs / 1000} s.`;
  const busy = status === 429 ? 'is not accepting requests at the moment' : `answered ${status}`;
  return new HubError(`${readableUrl(response.url)} ${busy}${because}.${wait}`, {
    ...details,
    retryable,
  });
}

/** An address for a message: without its query, which may hold a signature that gives access. */
export function readableUrl(url: string | URL): string {
  const text = String(url);
  return text.split(/[?#]/, 1)[0] as string;
}

/** The server's own words, from its header or its body: one line of limited length. */
async function readReason(response: Response): Promise<string> {
  let text = response.headers.get('x-error-message') ?? '';
  if (text === '') text = reasonOf(await readBeginning(response));
  else await response.body?.cancel();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals act on them
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line.replace(/\.$/, '');
}

function reasonOf(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null && 'error' in json) {
      return typeof json.error === 'string' ? json.error : '';
    }
    return '';
  } catch {
    return body.startsWith('<') ? '' : body;
  }
}

async function readBeginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_MESSAGE_BYTES) break;
    }
  } catch {
    // Whatever was cut off only explained the status.
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_MESSAGE_BYTES);
}
