import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How a program is confined. */
export interface PythonConfinement {
  /** Without network, files of the machine, and other processes: namespaces of Linux. */
  readonly isConfined: boolean;
  /** Limits of memory, time and files by the kernel. */
  readonly isLimited: boolean;
}

/** An interpreter, and how it is started. */
export interface PythonCommand extends PythonConfinement {
  readonly command: string;
  /** Those before the arguments of Python. */
  argumentsFor(limits: { readonly memoryBytes: number; readonly timeoutMs: number }): string[];
}

/** All that a program sees of the environment: where `unshare` and the like are. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Options of Python: no environment, no packages of the site, no files of bytecode. */
const FLAGS = ['-I', '-S', '-B'];

/**
 * Makes a root of its own: the folders of programs and of Python, read-only, and nothing else. $1 is
 * Python's folder; what follows is run there.
 */
const OWN_ROOT = `set -e
r=/tmp
prefix="$1"
shift
mount -t tmpfs -o size=1m,mode=755 none "$r"
for d in /usr /lib /lib64 /bin "$prefix"; do
  if [ -L "$d" ]; then ln -s "$(readlink "$d")" "$r$d"
  elif [ -d "$d" ] && [ ! -e "$r$d" ]; then
    mkdir -p "$r$d"
    mount --bind "$d" "$r$d"
    mount -o remount,bind,ro "$r$d"
  fi
done
mkdir "$r/dev" "$r/old" "$r/proc"
: > "$r/dev/null"
mount --bind /dev/null "$r/dev/null"
mount --rbind /proc "$r/proc"
cd "$r"
pivot_root . old
umount -l /old
umount -l /proc
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`;

const NAMESPACES = [
  ...['--user', '--map-root-user', '--net', '--pid', '--ipc', '--uts', '--mount'],
  ...['--fork', '--kill-child=SIGKILL'],
];

/** In namespaces only: elsewhere all processes of the user count. */
const MOST_PROCESSES = '--nproc=16';
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/**
 * Finds how Python can be started: confined where Linux lets this user make namespaces, else with
 * limits (`prlimit`), else without.
 *
 * @returns `undefined` where there is no Python.
 */
export async function findPython(python: string): Promise<PythonCommand | undefined> {
  const facts = await output(python, [...FLAGS, '-c', FACTS], process.env);
  if (facts === undefined) return undefined;
  const [executable = python, prefix = '/usr'] = facts.trim().split('\n');
  const limited = (
    limits: { memoryBytes: number; timeoutMs: number },
    ...more: readonly string[]
  ): string[] => [
    ...['prlimit', ...more],
    ...[`--as=${limits.memoryBytes}`, `--cpu=${Math.ceil(limits.timeoutMs / 1000) + 1}`],
    ...['--fsize=1048576', '--nofile=64', '--core=0', executable, ...FLAGS],
  ];
  const confined = (limits: { memoryBytes: number; timeoutMs: number }): string[] => [
    ...[...NAMESPACES, 'sh', '-c', OWN_ROOT, 'sh', prefix],
    ...limited(limits, MOST_PROCESSES),
  ];
  const tried = { memoryBytes: 256 * 1024 * 1024, timeoutMs: 5000 };
  const works = async (command: string, given: readonly string[]): Promise<boolean> =>
    (await output(command, [...given, '-c', 'print("here")'], ENVIRONMENT)) === 'here\n';
  // Root is not held to a number of processes, not even in a namespace of its own.
  const ways = process.getuid?.() === 0 ? [AS_NOBODY, []] : [[]];
  for (const way of ways) {
    const [command = 'unshare', ...before] = [...way, 'unshare'];
    const given: PythonCommand['argumentsFor'] = (limits) => [...before, ...confined(limits)];
    if (await works(command, given(tried))) {
      return { command, isConfined: true, isLimited: true, argumentsFor: given };
    }
  }
  if (await works('prlimit', limited(tried).slice(1))) {
    return {
      ...{ command: 'prlimit', isConfined: false, isLimited: true },
      argumentsFor: (limits) => limited(limits).slice(1),
    };
  }
  const bare = { command: executable, isConfined: false, isLimited: false };
  return { ...bare, argumentsFor: () => [...FLAGS] };
}

const FACTS = `import os, sys
print(os.path.realpath(sys.executable))
print(os.path.realpath(sys.base_prefix))`;

async function output(
  command: string,
  given: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const options = { timeout: 10_000, env, encoding: 'utf8' } as const;
    return (await promisify(execFile)(command, [...given], options)).stdout;
  } catch {
    return undefined;
  }
}
