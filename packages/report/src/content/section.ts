/** A section of the report, or why it is missing. Plain JSON. */
export type ReportSection<Content> =
  | { readonly available: true; readonly content: Content }
  | {
      readonly available: false;
      /** One sentence for readers: what was not given, or what cannot be computed. */
      readonly reason: string;
    };

/** A section with its content. */
export function present<Content>(content: Content): ReportSection<Content> {
  return { available: true, content };
}

/** A missing section, and why. */
export function absent(reason: string): ReportSection<never> {
  return { available: false, reason };
}

/** A figure with its 95% interval; bounds are left out if unknown. */
export interface ReportInterval {
  readonly mean: number;
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}
