import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { findAccessToken } from './access-token.js';
import { defaultCacheDirectory, hubHome } from './hub-environment.js';

const root = temporaryDirectory();
const SECRET = 'sk-0123456789';

let files = 0;
async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = join(root, `token-${files++}`);
  await writeFile(file, content);
  return file;
}

describe('the access token', () => {
  it('is read from HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH and HF_HOME, in this order', async () => {
    const home = join(root, 'home');
    await mkdir(home);
    await writeFile(join(home, 'token'), 'hf_home');
    const all = {
      HF_TOKEN: ' hf_variable\n',
      HUGGING_FACE_HUB_TOKEN: 'hf_former',
      HF_TOKEN_PATH: await fileOf('hf_path'),
      HF_HOME: home,
    };
    expect(await findAccessToken(all)).toBe('hf_variable');
    expect(await findAccessToken({ ...all, HF_TOKEN: '' })).toBe('hf_former');
    const files = { HF_TOKEN_PATH: all.HF_TOKEN_PATH, HF_HOME: home };
    expect(await findAccessToken(files)).toBe('hf_path');
    expect(await findAccessToken({ HF_HOME: home })).toBe('hf_home');
    expect(await findAccessToken({ XDG_CACHE_HOME: join(root, 'none') })).toBeUndefined();
    expect(await findAccessToken({ ...all, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).toBeUndefined();
  });

  it('may be surrounded by blanks, and is absent if the file is missing or blank', async () => {
    for (const content of ['hf_a1', 'hf_a1\n', '\r\n hf_a1 \r\n', '\ufeffhf_a1']) {
      expect(await findAccessToken({ HF_TOKEN_PATH: await fileOf(content) })).toBe('hf_a1');
    }
    for (const content of ['', ' \n']) {
      expect(await findAccessToken({ HF_TOKEN_PATH: await fileOf(content) })).toBeUndefined();
    }
    expect(await findAccessToken({ HF_TOKEN_PATH: join(root, 'none') })).toBeUndefined();
    const below = join(await fileOf('hf_a1'), 'token');
    expect(await findAccessToken({ HF_TOKEN_PATH: below })).toBeUndefined();
  });

  it.each([
    ['something else', SECRET],
    ['two tokens', `hf_${SECRET}\nhf_${SECRET}`],
    ['more next to it', `{"token": "hf_${SECRET}"}`],
    ['a control character', `hf_${SECRET}\0`],
    ['bytes that are not text', Uint8Array.of(0x68, 0x66, 0x5f, 0xff, 0xfe)],
    ['a long file', `hf_${'x'.repeat(5000)}`],
  ])('is refused from a file with %s, by its name and not its content', async (_, content) => {
    const file = await fileOf(content);
    const error: unknown = await findAccessToken({ HF_TOKEN_PATH: file }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ code: 'invalid-data', location: { file } });
    if (!(error instanceof DataError)) return;
    expect(error.message).toMatch(/must contain a Hugging Face access token/);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(SECRET);
  });

  it('is not looked for in a directory, or in a device that does not end', async () => {
    await expect(findAccessToken({ HF_TOKEN_PATH: root })).rejects.toMatchObject({
      code: 'io',
      location: { file: root },
    });
    await expect(findAccessToken({ HF_TOKEN_PATH: '/dev/zero' })).rejects.toThrow(/must contain/);
    expect(await findAccessToken({ HF_TOKEN_PATH: '/dev/null' })).toBeUndefined();
  });

  it('is refused from a variable by its name', async () => {
    await expect(findAccessToken({ HF_TOKEN: SECRET })).rejects.toThrow(/token \(HF_TOKEN\) must/);
    const former = findAccessToken({ HUGGING_FACE_HUB_TOKEN: SECRET });
    await expect(former).rejects.toThrow(/token \(HUGGING_FACE_HUB_TOKEN\) must/);
    await expect(former).rejects.not.toThrow(SECRET);
  });
});

it('takes ~ in a path for the home of the user, as huggingface_hub does', () => {
  expect(hubHome({ HF_HOME: '~/hf' })).toBe(join(homedir(), 'hf'));
  expect(hubHome({})).toBe(join(homedir(), '.cache', 'huggingface'));
  expect(hubHome({ XDG_CACHE_HOME: '/caches' })).toBe(join('/caches', 'huggingface'));
  expect(defaultCacheDirectory({ HF_HOME: '/hf' })).toBe(join('/hf', 'hub'));
  expect(defaultCacheDirectory({ HF_HOME: '/hf', HF_HUB_CACHE: '~' })).toBe(homedir());
  expect(defaultCacheDirectory({ HF_HUB_CACHE: '/~x' })).toBe('/~x');
});
