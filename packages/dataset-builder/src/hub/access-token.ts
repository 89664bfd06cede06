import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { errorCode, readError } from '../files/read-error.js';
import { type Environment, hubHome, isTrue, withHome } from './hub-environment.js';

/** Far longer than any token, and short enough to be read whole. */
const MAX_TOKEN_FILE_BYTES = 4096;

/**
 * The token to send where none is given, found as `get_token` of huggingface_hub does: HF_TOKEN,
 * HUGGING_FACE_HUB_TOKEN (its former name), the file that HF_TOKEN_PATH names, else `token` in
 * HF_HOME, where `hf auth login` leaves it. HF_HUB_DISABLE_IMPLICIT_TOKEN says to send none.
 *
 * @throws EmbedLLMError `invalid-argument` on a variable that is not a token.
 * @throws DataError naming the file: `io` when it cannot be read, `invalid-data` when it holds no
 * token. No message has what it holds.
 */
export async function findAccessToken(environment: Environment): Promise<string | undefined> {
  if (isTrue(environment.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const name = environment.HF_TOKEN ? 'HF_TOKEN' : 'HUGGING_FACE_HUB_TOKEN';
  const token = environment[name]?.trim();
  if (token) return checkAccessToken(token, name);
  return readTokenFile(
    environment.HF_TOKEN_PATH
      ? withHome(environment.HF_TOKEN_PATH)
      : join(hubHome(environment), 'token'),
  );
}

/**
 * Checks a token as the hub's own client does, with messages that do not contain it.
 *
 * @throws EmbedLLMError `invalid-argument`
 */
export function checkAccessToken(token: string, from: string): string {
  if (isToken(token)) return token;
  throw new EmbedLLMError(
    `The access token (${from}) must start with hf_ and contain no spaces. Copy it again from your account settings.`,
    { code: 'invalid-argument' },
  );
}

function isToken(text: string): boolean {
  return /^hf_[\x21-\x7e]+$/.test(text);
}

async function readTokenFile(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readStart(file, MAX_TOKEN_FILE_BYTES + 1)).toString('utf8').trim();
  } catch (error) {
    // Nobody has logged in.
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw readError(file, error);
  }
  if (text === '') return undefined;
  if (!isToken(text) || text.length > MAX_TOKEN_FILE_BYTES) throw noToken(file);
  return text;
}

/** At most so many bytes of a file, which may be a device or pipe that does not end. */
async function readStart(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const start = Buffer.alloc(bytes);
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await handle.read(start, length, bytes - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return start.subarray(0, length);
  } finally {
    await handle.close();
  }
}

function noToken(file: string): DataError {
  return new DataError(
    'must contain a Hugging Face access token, which starts with hf_, and nothing else. Log in again with hf auth login, or set HF_TOKEN.',
    { file },
  );
}
