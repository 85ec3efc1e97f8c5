import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, InstrumentType, MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';

/** The process's telemetry: metrics are always readable by Prometheus; the rest is exported only when configured. */
export interface Telemetry {
  /** Whether traces are recorded; when not, nothing is spent on them. */
  readonly isTracing: boolean;
  /** Serves the metrics in Prometheus' text format. */
  readonly prometheus: PrometheusExporter;
  /** Exports what is pending and stops; bounded by the exporters' own deadlines. */
  close(): Promise<void>;
}

/** An evaluation takes a part of a millisecond, a pass of the loader some minutes. The bounds that are usual are for milliseconds. */
const SECONDS: ViewOptions = {
  instrumentType: InstrumentType.HISTOGRAM,
  instrumentUnit: 's',
  aggregation: {
    type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
    options: {
      boundaries: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    },
  },
};

/** @param otlpEndpoint base URL of an OTLP/HTTP collector, for example `http://localhost:4318`. */
export async function startTelemetry(otlpEndpoint: string | undefined): Promise<Telemetry> {
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const resource = resourceFromAttributes({ 'service.name': 'sortition' });
  if (otlpEndpoint !== undefined) {
    // A third of what telemetry loads, for those who export.
    const { startExport } = await import('./otlp-export.js');
    const close = startExport(otlpEndpoint, { resource, metricReaders: [prometheus], views: [SECONDS] });
    return { isTracing: true, prometheus, close };
  }
  const provider = new MeterProvider({ resource, readers: [prometheus], views: [SECONDS] });
  metrics.setGlobalMeterProvider(provider);
  return { isTracing: false, prometheus, close: () => provider.shutdown() };
}
