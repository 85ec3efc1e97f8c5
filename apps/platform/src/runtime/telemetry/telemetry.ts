import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  type IMetricReader,
  InstrumentType,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';

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
const EXPORT_INTERVAL_MS = 15_000;
const EXPORT_TIMEOUT_MS = 5_000;

/** @param otlpEndpoint base URL of an OTLP/HTTP collector, for example `http://localhost:4318`. */
export function startTelemetry(otlpEndpoint: string | undefined): Telemetry {
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const metricReaders: IMetricReader[] = [prometheus];
  if (otlpEndpoint !== undefined) metricReaders.push(metricReader(otlpEndpoint));
  const sdk = new NodeSDK({
    autoDetectResources: false,
    resource: resourceFromAttributes({ 'service.name': 'sortition' }),
    instrumentations: [],
    metricReaders,
    views: [SECONDS],
    // Empty lists keep the SDK from exporting to its default address when nothing is configured.
    ...(otlpEndpoint === undefined
      ? { spanProcessors: [], logRecordProcessors: [] }
      : {
          traceExporter: new OTLPTraceExporter(exporterOptions(otlpEndpoint, 'traces')),
          logRecordProcessors: [
            new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(exporterOptions(otlpEndpoint, 'logs')) }),
          ],
        }),
  });
  sdk.start();
  return { isTracing: otlpEndpoint !== undefined, prometheus, close: () => sdk.shutdown() };
}

function metricReader(otlpEndpoint: string): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(exporterOptions(otlpEndpoint, 'metrics')),
    exportIntervalMillis: EXPORT_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}

function exporterOptions(otlpEndpoint: string, signal: string): { url: string; timeoutMillis: number } {
  return { url: `${otlpEndpoint.replace(/\/$/, '')}/v1/${signal}`, timeoutMillis: EXPORT_TIMEOUT_MS };
}
