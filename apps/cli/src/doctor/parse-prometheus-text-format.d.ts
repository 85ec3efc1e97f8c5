declare module 'parse-prometheus-text-format' {
  interface Sample {
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }

  interface Family {
    readonly name: string;
    readonly metrics: readonly Sample[];
  }

  /** @throws Error for a line that is not of the format. */
  export default function parsePrometheusTextFormat(text: string): readonly Family[];
}
