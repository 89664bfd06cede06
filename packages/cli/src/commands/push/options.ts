/** Options of `embedllm push`. */
export interface PushCommandOptions {
  /** Folder of the artifact. @default 'artifact' */
  readonly artifact: string;
  /** Folder of a data set, instead of an artifact. */
  readonly dataset?: string | undefined;
  /** Branch to commit to. @default 'main' */
  readonly branch: string;
  /** First line of the commit's message. */
  readonly message?: string | undefined;
  /** Whether a repository that is made can be seen by everyone. @default false */
  readonly public?: boolean | undefined;
  /** False where the repository must exist. @default true */
  readonly create: boolean;
}
