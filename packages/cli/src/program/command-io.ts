/** A stream that text is written to; Node's standard streams are of this type. */
export interface TextOutput {
  /** Takes text as it is, line breaks included. */
  write(text: string): unknown;
  /** Whether a person reads it on a terminal. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** Where a run of the program reads from and writes to. */
export interface CommandIo {
  /** Bytes or text of standard input. */
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Ends the run: with the reason `SIGTERM` as that signal does, else as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}
