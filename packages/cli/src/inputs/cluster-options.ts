import type { Command } from 'commander';

/** Where the machines of a cluster meet. */
export interface ClusterOptions {
  /** Address of Redis. @default EMBEDLLM_CLUSTER, else `redis` of the configuration file */
  readonly cluster?: string | undefined;
  /** `s3://bucket/prefix`, or a folder that all machines see. @default EMBEDLLM_STORAGE, else none */
  readonly storage?: string | undefined;
  /** File with the certificate of the authority that signed the one of Redis. */
  readonly clusterCa?: string | undefined;
}

/** Adds the options of a cluster. */
export function addClusterOptions(command: Command): Command {
  return command
    .option(
      '--cluster <url>',
      'Redis where workers meet: redis:// or rediss://\n(default: EMBEDLLM_CLUSTER; passwords belong there)',
    )
    .option(
      '--storage <address>',
      's3://bucket/prefix, or a folder that all machines see\n(default: EMBEDLLM_STORAGE)',
    )
    .option('--cluster-ca <file>', 'certificate of the authority that signed that of Redis');
}
