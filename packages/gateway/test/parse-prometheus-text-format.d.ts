declare module 'parse-prometheus-text-format' {
  interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly value?: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }
  /** Families of metrics of a text of the exposition format. */
  export default function parsePrometheusTextFormat(text: string): Family[];
}
