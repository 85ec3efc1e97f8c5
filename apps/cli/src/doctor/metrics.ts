import parsePrometheusTextFormat from 'parse-prometheus-text-format';

/** A value and what tells it from others of its name. */
export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a process of the platform has measured, by the names that Prometheus sees. */
export class Metrics {
  private readonly samples: ReadonlyMap<string, readonly Sample[]>;

  /** @param text in Prometheus' text format. */
  constructor(text: string) {
    this.samples = new Map(
      parsePrometheusTextFormat(text).map(({ name, metrics }) => [
        name,
        metrics.flatMap(({ value, labels = {} }) => (value === undefined ? [] : [{ value: Number(value), labels }])),
      ]),
    );
  }

  /** A gauge; undefined when the process does not report it. */
  gauge(name: string): number | undefined {
    return this.samples.get(name)?.[0]?.value;
  }

  /** A counter, over all labels, since the process started; 0 when it never counted. */
  count(name: string): number {
    return (this.samples.get(name) ?? []).reduce((sum, { value }) => sum + value, 0);
  }

  /** Everything that is reported under a name. */
  series(name: string): readonly Sample[] {
    return this.samples.get(name) ?? [];
  }

  /** A counter by the values of a label. */
  countBy(name: string, label: string): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { value, labels } of this.samples.get(name) ?? []) {
      const key = labels[label] ?? '';
      counts.set(key, (counts.get(key) ?? 0) + value);
    }
    return counts;
  }
}
