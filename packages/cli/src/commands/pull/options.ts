/** Options of `embedllm pull`. */
export interface PullCommandOptions {
  /** What the repository holds. @default 'model' */
  readonly type: 'model' | 'dataset';
  /** Branch, tag or commit. @default 'main' */
  readonly revision: string;
  /** Patterns of files. @default all of models, tables and logs of data sets */
  readonly files?: readonly string[] | undefined;
  /** Folder for the files. @default the last part of the repository's name */
  readonly output?: string | undefined;
  /** Only what is in the cache. @default as HF_HUB_OFFLINE says */
  readonly offline?: boolean | undefined;
}
