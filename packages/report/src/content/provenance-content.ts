/** What the figures were measured on, and with what. */
export interface ProvenanceContent {
  readonly data: {
    readonly name: string;
    /** SHA-256 over questions, models and labels. */
    readonly fingerprint: string;
    readonly questions: number;
    readonly models: number;
    readonly labels: number;
    readonly files: readonly { readonly file: string; readonly rows: number }[];
  };
  readonly split?:
    | {
        readonly name: string;
        readonly train: number;
        readonly validation: number;
        readonly test: number;
      }
    | undefined;
  /** Seed of everything the report draws at random. */
  readonly seed: number;
  readonly artifact?:
    | {
        readonly solver: string;
        /** As chosen on validation questions. */
        readonly settings: Readonly<Record<string, unknown>>;
        readonly dataFingerprint: string;
        readonly questions: number;
        readonly models: number;
        readonly labels: number;
        readonly dimensions: number;
        readonly encoder: string;
        readonly encoderFingerprint: string;
        readonly encoderDimensions: number;
        /** What was measured when it was trained. */
        readonly metrics: Readonly<Record<string, number>>;
      }
    | undefined;
  /** By package, and `node`. */
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601, in UTC. */
  readonly generatedAt: string;
}
