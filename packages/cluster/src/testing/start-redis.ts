import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { promisify } from 'node:util';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf, sleep } from '@embedllm/internals';

/** Options of `startRedis`. */
export interface StartRedisOptions {
  /** Program to run. @default 'redis-server' */
  readonly program?: string | undefined;
  /** Clients must say it. @default none */
  readonly password?: string | undefined;
  /** A further address of this machine to listen on, such as that of a network namespace. @default none */
  readonly host?: string | undefined;
  /** Whether clients must use TLS; needs `openssl`, for a certificate of its own. @default false */
  readonly tls?: boolean | undefined;
}

/** A Redis server of one test. */
export interface RedisServer {
  /** With the password, such as `redis://127.0.0.1:40123`. */
  readonly url: string;
  /** The certificate that clients must trust, in PEM. @default none: no TLS */
  readonly ca?: string | undefined;
  /** Of its process, while it runs. */
  readonly pid: number | undefined;
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and with what was on its disk. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Longer than a start takes on a machine with much else to do. */
const START_MS = 20_000;

/**
 * Starts Redis or Valkey on a free port of this machine, writing to its disk each second.
 *
 * @throws EmbedLLMError `missing-dependency` when the program is not installed, `timeout` when it
 * does not start.
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const { program = 'redis-server', password, host, tls = false } = options;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-redis-'));
  const ca = tls ? await makeCertificate(folder) : undefined;
  const certificate = join(folder, 'certificate.pem');
  const settings = {
    bind: host === undefined ? '127.0.0.1' : `127.0.0.1 ${host}`,
    ...(tls
      ? {
          ...{ port: '0', 'tls-port': String(port), 'tls-auth-clients': 'no' },
          ...{ 'tls-cert-file': certificate, 'tls-key-file': join(folder, 'key.pem') },
          'tls-ca-cert-file': certificate,
        }
      : { port: String(port) }),
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    ...(password !== undefined && { requirepass: password }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(program, flags, { stdio: 'ignore' });
    const failed = once(started, 'error').then(([cause]) => {
      throw new EmbedLLMError(
        `${program} did not start (${reasonOf(cause)}). Install it: apt-get install redis-server`,
        { code: 'missing-dependency', cause },
      );
    });
    await Promise.race([reach(port, tls), failed]);
    server = started;
  };
  const kill = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  };
  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return {
    url: `${tls ? 'rediss' : 'redis'}://${secret}127.0.0.1:${port}`,
    ca,
    get pid() {
      return server?.pid;
    },
    kill,
    restart: start,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until it answers, which it does once it has read what is on its disk. */
async function reach(port: number, tls: boolean): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const answer = await ping(port, tls).catch(() => '');
    // Without the password it says so.
    if (/^(\+PONG|-NOAUTH)/.test(answer)) return;
    await sleep(20);
  }
  throw new EmbedLLMError(`Nothing answered on port ${port} within ${START_MS / 1000} s.`, {
    code: 'timeout',
  });
}

async function ping(port: number, tls: boolean): Promise<string> {
  const place = { port, host: '127.0.0.1' };
  // Whether it answers is all that is asked.
  const socket = tls ? connectSecurely({ ...place, rejectUnauthorized: false }) : connect(place);
  socket.setEncoding('utf8');
  socket.end('PING\r\n');
  let answer = '';
  for await (const text of socket) answer += text;
  return answer;
}

/** A key and a certificate for 127.0.0.1 that it signs itself. @returns the certificate. */
async function makeCertificate(folder: string): Promise<string> {
  const certificate = join(folder, 'certificate.pem');
  const flags = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', certificate];
  try {
    await promisify(execFile)('openssl', [...flags, ...names, ...files]);
  } catch (cause) {
    throw new EmbedLLMError(`openssl did not create a certificate: ${reasonOf(cause)}.`, {
      code: 'missing-dependency',
      cause,
    });
  }
  return readFile(certificate, 'utf8');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
