/** A part of the report, or why it is not there. Plain JSON. */
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

/** A section that is not there, and why. */
export function absent(reason: string): ReportSection<never> {
  return { available: false, reason };
}

/** A figure and where it lies with 95% confidence; bounds are left out where unknown. */
export interface ReportInterval {
  readonly mean: number;
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}
