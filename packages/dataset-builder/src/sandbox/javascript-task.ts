/** What the thread with the sandbox is to run. */
export interface JavaScriptTask {
  /** What the model wrote. */
  readonly program: string;
  /** Runs after it, with `assert(condition)` and `assertEqual(actual, expected)`. */
  readonly test: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** What came of it; a reason where something was thrown. */
export interface JavaScriptOutcome {
  readonly passed: boolean;
  readonly reason?: string | undefined;
}
