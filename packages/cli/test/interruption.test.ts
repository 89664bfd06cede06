import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  embedllm,
  type Outcome,
  remarksIn,
  scratchFolder,
  writeSmallPool,
} from './command-line.js';

const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

const folder = scratchFolder();
let server: Server;
let url: string;
/** Texts that the endpoint was asked for, and what to do once it has been asked so often. */
let asked: string[];
let onRequest: () => void;

beforeAll(async () => {
  await writeSmallPool(join(folder, 'dataset'));
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { input } = JSON.parse(body);
    asked.push(...input);
    onRequest();
    const data = input.map((text: string, index: number) => ({
      index,
      embedding: [text.length, (text.codePointAt(0) ?? 0) % 7, 1],
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data, model: 'm' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  onRequest = () => undefined;
});

function encodeArguments(output: string, cache: string): string[] {
  return [
    ...['encode', '--encoder', 'endpoint', '--encoder-url', url, '--encoder-model', 'm'],
    ...['--batch-size', '16', '--cache', cache, '--output', output],
  ];
}

describe('Ctrl-C', () => {
  it('while encoding keeps what is done, and the same command resumes from there', async () => {
    const stop = new AbortController();
    onRequest = () => {
      if (asked.length > 120) stop.abort('SIGINT');
    };
    const argv = encodeArguments('resumed.safetensors', 'cache');
    const interrupted = await embedllm(folder, argv, { signal: stop.signal });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(
      /Interrupted\. Finished vectors are in cache; run the same command again to resume/,
    );
    expect(interrupted.stdout).toBe('');
    expect(await readdir(folder)).not.toContain('resumed.safetensors');

    const before = asked.length;
    onRequest = () => undefined;
    expect((await embedllm(folder, argv)).code).toBe(0);
    const repeated = asked.length - before;
    expect(repeated).toBeGreaterThan(0);
    expect(repeated).toBeLessThan(240 - 60);

    await embedllm(folder, encodeArguments('whole.safetensors', 'another-cache'));
    const [resumed, whole] = await Promise.all(
      ['resumed', 'whole'].map((name) => readFile(join(folder, `${name}.safetensors`))),
    );
    expect(resumed?.equals(whole ?? Buffer.of())).toBe(true);
  });

  it('ends the binary itself with exit code 130 and nothing half-written', async () => {
    let kill: () => void = () => undefined;
    onRequest = () => {
      if (asked.length > 60) kill();
    };
    const outcome = await new Promise<Outcome>((resolve) => {
      const argv = [BINARY, ...encodeArguments('killed.safetensors', 'cache-of-binary')];
      const child = spawn(process.execPath, argv, { cwd: folder });
      kill = () => void child.kill('SIGINT');
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toMatch(/Interrupted\. .*run the same command again/);
    expect((await readdir(folder)).filter((name) => name.includes('killed'))).toEqual([]);
  });

  it('while training keeps the epochs, and --resume reaches the same model', async () => {
    const argv = [
      ...['train', '--encoder', 'hashing', '--dimensions', '16', '--solver', 'adam'],
      ...['--backend', 'cpu', '--latent-dimensions', '4', '--learning-rate', '0.01', '--quiet'],
    ];
    const stop = new AbortController();
    const checkpoint = join(folder, 'a.checkpoint.safetensors');
    const watch = setInterval(() => {
      if (existsSync(checkpoint)) stop.abort('SIGINT');
    }, 1);
    const interrupted = await embedllm(folder, [...argv, '--epochs', '100000', '-o', 'a'], {
      signal: stop.signal,
    });
    clearInterval(watch);
    expect(interrupted.code).toBe(130);
    const epochs = Number(
      /Interrupted\. (\d+) epochs? (?:is|are) saved/.exec(interrupted.stderr)?.[1],
    );
    expect(existsSync(join(folder, 'a'))).toBe(false);

    const total = String(epochs + 2);
    const refused = await embedllm(folder, [...argv, '--epochs', total, '-o', 'a']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--resume');
    const resumed = [...argv, '--epochs', total, '-o', 'a', '--resume'];
    const early = new AbortController();
    const again = await embedllm(
      folder,
      resumed.filter((flag) => flag !== '--quiet'),
      {
        signal: early.signal,
        onError: (text) => {
          if (text.includes('Encoded')) early.abort('SIGINT');
        },
      },
    );
    expect(again.stderr).toMatch(/Interrupted\. \S*a\.checkpoint\.safetensors is unchanged; /);
    expect(existsSync(checkpoint)).toBe(true);
    const ended = await embedllm(folder, resumed);
    expect(ended).toMatchObject({ code: 0 });
    expect(remarksIn(ended.stderr)).toEqual([]);
    expect(existsSync(checkpoint)).toBe(false);
    await embedllm(folder, [...argv, '--epochs', total, '-o', 'b']);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => readFile(join(folder, name, 'model.safetensors'))),
    );
    expect(a?.equals(b ?? Buffer.of())).toBe(true);
  });

  it('before anything is done says that nothing was written', async () => {
    const signal = AbortSignal.abort('SIGTERM');
    const { code, stderr } = await embedllm(folder, ['train'], { signal });
    expect({ code, stderr }).toEqual({ code: 143, stderr: 'Terminated. Nothing was written.\n' });
  });

  it('puts a resume hint aside once the work that it was about is done', async () => {
    await writeFile(join(folder, 'note.txt'), '');
    const { code } = await embedllm(folder, encodeArguments('note.txt', 'cache-of-note'));
    expect(code).toBe(2);
  });
});
