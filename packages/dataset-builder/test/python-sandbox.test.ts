import { describe, expect, it } from 'vitest';
import { createScorer, pythonScorer } from '../src/collect.js';
import { findPython } from '../src/sandbox/python-command.js';

const command = await findPython('python3');
const scorer = pythonScorer({ timeoutMs: 1000, memoryBytes: 128 * 1024 * 1024 });
const TEST = 'assert add(1, 2) == 3';
const RIGHT = 'def add(a, b):\n    return a + b';

async function score(program: string, key = TEST) {
  return scorer.score({ prompt: 'Write add(a, b).', output: program, key });
}

it('is not run unless it is allowed, or where it cannot be confined', async () => {
  expect(() => createScorer('python')).toThrow(/Allow this with .*allowPython/);
  expect(createScorer('python', { allowPython: true }).id).toBe('python');
  const missing = pythonScorer({ python: 'no-such-python' });
  await expect(Promise.resolve(missing.prepare?.())).rejects.toThrow(
    /"no-such-python" cannot be started/,
  );
  expect(() => pythonScorer({ timeoutMs: 0 })).toThrow(/timeoutMs/);
});

describe.skipIf(!command?.isConfined)('pythonScorer, in namespaces of its own', () => {
  it.each<[string, string, number | undefined]>([
    [`Here it is:\n\n\`\`\`python\n${RIGHT}\n\`\`\`\nIt adds.`, TEST, 1],
    ['def add(a, b):\n    return a - b', TEST, 0],
    ['def add(a, b:', TEST, 0],
    ['import collections, math, random, re, json, itertools\nadd = lambda a, b: a + b', TEST, 1],
    [RIGHT, 'assert (', undefined],
  ])('scores %j by %j as %s', async (program, test, outcome) => {
    expect((await score(program, test)).outcome).toBe(outcome);
  });

  // Each must end in a clear score and leave this process well.
  const hostile: readonly (readonly [what: string, program: string, reason: RegExp])[] = [
    ['an endless loop', 'while True: pass', /took longer than 1000 ms|at a limit/],
    ['a sleep', 'import time; time.sleep(1e6)', /took longer/],
    [
      'an endless regular expression',
      'import re; re.match(r"(a+)+$", "a" * 40 + "b")',
      /longer|limit/,
    ],
    ['a memory bomb', 'x = []\nwhile True: x.append(bytearray(10**7))', /MemoryError/],
    ['a long text', 'x = "x"\nwhile True: x += x', /MemoryError/],
    ['a huge integer', 'x = 10 ** 10 ** 10', /MemoryError|longer|limit/],
    ['deep recursion', 'def f(): return f()\nf()', /RecursionError/],
    ['deeply nested source', '('.repeat(100_000), /raised|limit/],
    ['a flood of output', 'import os\nwhile True: os.write(1, b"x" * 65536)', /longer|limit/],
    ['a file of secrets', 'open("/etc/passwd").read()', /FileNotFoundError/],
    [
      'the home of the user',
      'import os; os.listdir(os.path.expanduser("~"))\nopen("/root/.bashrc")',
      /raised/,
    ],
    ['this repository', `open(${JSON.stringify(import.meta.filename)})`, /FileNotFoundError/],
    ['a program of the machine', 'open("/usr/bin/python-evil", "w")', /Read-only|OSError/],
    ['removing files', 'import shutil; shutil.rmtree("/usr")', /Read-only|OSError|PermissionError/],
    ['a full disk', 'f = open("/dev/x", "wb")\nwhile True: f.write(b"x" * 65536)', /OSError|limit/],
    ['the network', 'import socket; socket.create_connection(("127.0.0.1", 80), 1)', /raised/],
    ['names of the network', 'import socket; socket.getaddrinfo("example.com", 80)', /gaierror/],
    [
      'another address',
      'import urllib.request; urllib.request.urlopen("http://1.1.1.1", timeout=1)',
      /raised/,
    ],
    ['other processes', 'import os\nfor p in range(2, 40000): os.kill(p, 9)', /ProcessLookupError/],
    ['its parent', 'import os; os.kill(os.getppid(), 9)\nos.kill(-1, 9)', /raised|terminated/],
    // 256 processes where their number cannot be limited, so that other tests can go ahead.
    [
      'a fork bomb',
      'import os\nfor _ in range(8): os.fork()\nwhile True: pass',
      /raised: BlockingIOError|longer|terminated/,
    ],
    [
      'a child that stays',
      'import os, time\nif os.fork() == 0: time.sleep(1000)\nos._exit(0)',
      /terminated/,
    ],
    [
      'a shell',
      'import subprocess; subprocess.run(["sh", "-c", "cat /etc/shadow"], check=True)',
      /CalledProcessError/,
    ],
    [
      'mounting',
      'import ctypes; l = ctypes.CDLL(None); assert l.mount(b"none", b"/usr", b"tmpfs", 0, 0) == 0',
      /raised/,
    ],
    ['an exit', 'import sys; sys.exit(0)', /SystemExit/],
    ['a hard exit', 'import os; os._exit(0)', /terminated its process/],
    ['a crash', 'import ctypes; ctypes.string_at(0)', /terminated its process/],
    [
      'a false verdict',
      'import os\nfor fd in range(64):\n  try: os.write(fd, b\'["x", "passed", ""]\')\n  except OSError: pass\nos._exit(0)',
      /terminated its process/,
    ],
    ['its own assertion', 'import builtins; builtins.AssertionError = None\nadd = 1', /failed/],
    ['the environment', 'import os; os.environ["HOME"]', /KeyError/],
  ];

  it('ends 30 hostile programs with a score, and still scores after that', async () => {
    const open = hostile.values();
    const wrong: string[] = [];
    const work = async (): Promise<void> => {
      for (const [what, program, reason] of open) {
        const result = await score(program);
        if (result.outcome !== 0 || !reason.test(result.reason)) {
          wrong.push(`${what}: ${result.outcome} ${result.reason}`);
        }
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(wrong).toEqual([]);
    expect(hostile).toHaveLength(30);
    expect(process.exitCode).toBeUndefined();
    expect((await score(RIGHT)).outcome).toBe(1);
  }, 120_000);

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const answer = { prompt: '', output: 'while True: pass', key: TEST, signal: controller.signal };
    const scored = Promise.resolve(scorer.score(answer));
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(scored).rejects.toThrow('enough');
  });
});
