/** Options of `embedllm doctor`. */
export interface DoctorOptions {
  /** Names of checks that must work. @default none */
  readonly require?: readonly string[] | undefined;
  /** Names of the only checks to make. @default all */
  readonly only?: readonly string[] | undefined;
}
