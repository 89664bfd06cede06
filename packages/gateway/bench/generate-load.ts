import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import autocannon from 'autocannon';

/** Where a load goes and what it is. */
export interface LoadRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** For files of this run. */
  readonly folder: string;
  /** The process that it goes to. */
  readonly processId: number;
}

/** What came of it. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the process and its children took for a request; `undefined` where there is no `/proc`. */
  readonly cpuMicroseconds: number | undefined;
  /** Requests that had another status than 2xx, or none. */
  readonly failed: number;
}

/** wrk takes a tenth of the processor that autocannon takes, which is there without installing it. */
export const GENERATOR: 'wrk' | 'autocannon' = spawnSync('wrk', ['-v']).error
  ? 'autocannon'
  : 'wrk';

/** Sends a request over and over on a number of connections, each after the answer to the one before. */
export async function generateLoad(request: LoadRequest): Promise<LoadResult> {
  const before = cpuMs(request.processId);
  const result = GENERATOR === 'wrk' ? await withWrk(request) : await withAutocannon(request);
  const spentMs = (cpuMs(request.processId) ?? 0) - (before ?? 0);
  const requests = result.requestsPerSecond * request.seconds;
  const isKnown = before !== undefined && requests > 0;
  return { ...result, cpuMicroseconds: isKnown ? (1000 * spentMs) / requests : undefined };
}

/** The processor time of a process and its children, which unlike the clock leaves out what else runs. */
function cpuMs(processId: number): number | undefined {
  const folder = `/proc/${processId}`;
  if (!existsSync(folder)) return undefined;
  // After the name, which may hold anything: fields 14 and 15 are user and system time, in 1/100 s.
  const fields = readFileSync(`${folder}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const children = readFileSync(`${folder}/task/${processId}/children`, 'utf8').match(/\d+/g) ?? [];
  const own = 10 * (Number(fields[11]) + Number(fields[12]));
  return children.reduce((sum, child) => sum + (cpuMs(Number(child)) ?? 0), own);
}

async function withAutocannon(request: LoadRequest): Promise<Omit<LoadResult, 'cpuMicroseconds'>> {
  const { url, headers, body, connections, seconds } = request;
  const result = await autocannon({
    url,
    method: 'POST',
    headers,
    body,
    connections,
    duration: seconds,
    timeout: 30,
  });
  return {
    requestsPerSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}

const SCRIPT = `
wrk.method = "POST"
local file = io.open(os.getenv("LOAD_BODY"), "rb")
wrk.body = file:read("*a")
file:close()
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
`;

async function withWrk(request: LoadRequest): Promise<Omit<LoadResult, 'cpuMicroseconds'>> {
  const { url, headers, body, connections, seconds, folder } = request;
  const script = join(folder, 'load.lua');
  const bodyFile = join(folder, 'body.json');
  await writeFile(script, SCRIPT);
  await writeFile(bodyFile, body);
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const child = spawn(
    'wrk',
    ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', ...given, '-s', script, url],
    { env: { ...process.env, LOAD_BODY: bodyFile }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  const numbers = /^RESULT (.+)$/m.exec(output)?.[1]?.split(' ').map(Number);
  if (!numbers) throw new Error(`wrk said: ${output}`);
  const [requests = 0, microseconds = 1, p50 = 0, p99 = 0, failed = 0] = numbers;
  return {
    requestsPerSecond: (requests - failed) / (microseconds / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    failed,
  };
}
