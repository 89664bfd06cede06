import { type Command, InvalidArgumentError, Option } from 'commander';

/** Where the machines of a cluster meet. */
export interface ClusterOptions {
  /**
   * Address of Redis, or `true` for that of EMBEDLLM_CLUSTER, else of `redis` in the configuration file.
   * `worker` and `cluster` need no more than that one; other commands work on this machine without it.
   *
   * @default for `worker` and `cluster` true, else none
   */
  readonly cluster?: string | true | undefined;
  /**
   * `s3://bucket/prefix`, or a folder that all machines see. On the command line it stands for
   * `--cluster`, too.
   *
   * @default EMBEDLLM_STORAGE, else none
   */
  readonly storage?: string | undefined;
  /** File with the certificate of the authority that signed the one of Redis. */
  readonly clusterCa?: string | undefined;
}

/** Adds the options of a command that may work on a cluster. */
export function addClusterOptions(command: Command): Command {
  return addStorageOptions(
    command,
    'run on the workers connected to this Redis: redis:// or rediss://',
  );
}

/** Adds the options of a command that always needs a cluster. */
export function addWorkerOptions(command: Command): Command {
  return addStorageOptions(command, 'Redis that connects the workers: redis:// or rediss://');
}

function addStorageOptions(command: Command, purpose: string): Command {
  return addRedisOptions(command, purpose).addOption(
    new Option(
      '--storage <address>',
      's3://bucket/prefix, or a shared folder\n(default: EMBEDLLM_STORAGE)',
    ).implies({ cluster: true }),
  );
}

/** Adds `--cluster`, and what goes with it: naming a cluster means using it. */
export function addRedisOptions(command: Command, purpose: string): Command {
  return command
    .addOption(
      new Option(
        '--cluster [url]',
        `${purpose}\n(default url: EMBEDLLM_CLUSTER; passwords belong there)`,
      ).argParser(redisAddress),
    )
    .addOption(
      new Option('--cluster-ca <file>', 'CA certificate for the connection to Redis').implies({
        cluster: true,
      }),
    );
}

/** Whatever follows the flag is taken as the address, even an argument of the command. */
function redisAddress(text: string): string {
  if (text.includes('://')) return text;
  throw new InvalidArgumentError('It must be redis://host:6379 or rediss://, or omitted.');
}
