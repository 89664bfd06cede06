import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ENVIRONMENT, type PythonCommand } from './python-command.js';

/** A program and what it is to pass. */
export interface PythonTask {
  /** What the model wrote. */
  readonly program: string;
  /** Runs after it, in the same module. */
  readonly test: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** What came of it. */
export interface PythonOutcome {
  /** Left out where the test itself cannot be read. */
  readonly passed?: boolean | undefined;
  readonly reason: string;
}

/** What starting Python and its confinement may take. */
const START_MS = 5_000;
/** Longer than what the runner says. */
const MOST_OUTPUT = 16 * 1024;

/**
 * Reads program and test, closes its inputs and outputs, runs both, and says what came of it in one
 * line, with the mark that shows that it was reached.
 */
const RUNNER = `import json, os, sys
task = json.loads(sys.stdin.buffer.read())
out = os.dup(1)
null = os.open(os.devnull, os.O_RDWR)
for fd in (0, 1, 2):
    os.dup2(null, fd)
write, leave, dumps = os.write, os._exit, json.dumps
write(out, b"\\n")
mark, test = task["mark"], task["test"]
def say(kind, error=None):
    text = ""
    if error is not None:
        try:
            text = (type(error).__name__ + ": " + str(error))[:200]
        except BaseException:
            text = "an error that cannot be shown"
    write(out, dumps([mark, kind, text]).encode())
    leave(0)
try:
    compiled = compile(test, "test.py", "exec")
except BaseException as error:
    say("unreadable", error)
scope = {"__name__": "program"}
try:
    exec(compile(task["program"], "program.py", "exec"), scope)
except BaseException as error:
    say("raised", error)
try:
    exec(compiled, scope)
except BaseException as error:
    say("failed", error)
say("passed")
`;

const REASONS: Readonly<Record<string, string>> = {
  raised: 'The program raised',
  failed: 'The test failed',
  unreadable: 'The test cannot be read',
};

/**
 * Runs a program and its test in a process of its own, which ends with it whatever the program does.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runPython(
  { program, test, timeoutMs, memoryBytes }: PythonTask,
  python: PythonCommand,
  signal: AbortSignal | undefined,
): Promise<PythonOutcome> {
  signal?.throwIfAborted();
  const mark = randomBytes(16).toString('hex');
  const given = [...python.argumentsFor({ timeoutMs, memoryBytes }), '-c', RUNNER];
  const child = spawn(python.command, given, {
    env: ENVIRONMENT,
    cwd: '/',
    // A group of its own, so that what it started ends with it.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  let isLate = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const endIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isLate = true;
      kill();
    }, ms);
  };
  endIn(START_MS + timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    // Its time begins when it says the first word.
    if (said === '') endIn(timeoutMs);
    said += chunk;
    if (said.length > MOST_OUTPUT) kill();
  });
  // It may have ended before it read all.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ program, test, mark }));
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
      // A grandchild may hold the output open.
      child.once('exit', () => setTimeout(resolve, 200));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    kill();
  }
  signal?.throwIfAborted();
  return outcomeOf(said, mark, isLate, timeoutMs);
}

function outcomeOf(said: string, mark: string, isLate: boolean, timeoutMs: number): PythonOutcome {
  if (isLate) return { passed: false, reason: `The program took longer than ${timeoutMs} ms.` };
  let parts: unknown;
  try {
    parts = JSON.parse(said);
  } catch {
    parts = [];
  }
  const [found, kind, text]: unknown[] = Array.isArray(parts) ? parts : [];
  if (found !== mark || typeof kind !== 'string') {
    return { passed: false, reason: 'The program terminated its process or exceeded a limit.' };
  }
  if (kind === 'passed') return { passed: true, reason: 'The test passed.' };
  const reason = `${REASONS[kind] ?? 'The program failed'}: ${String(text)}.`;
  return { passed: kind === 'unreadable' ? undefined : false, reason };
}
