import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, PeriodicExportingMetricReader, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';

const EXPORT_INTERVAL_MS = 15_000;
const EXPORT_TIMEOUT_MS = 5_000;

export interface ExportedTelemetry {
  readonly resource: Resource;
  /** Read beside the export. */
  readonly metricReaders: readonly IMetricReader[];
  readonly views: readonly ViewOptions[];
}

/**
 * Exports metrics, traces and logs to a collector until the returned function is called.
 *
 * @param endpoint base URL of OTLP/HTTP.
 */
export function startExport(
  endpoint: string,
  { resource, metricReaders, views }: ExportedTelemetry,
): () => Promise<void> {
  const metricExporter = new OTLPMetricExporter(exporterOptions(endpoint, 'metrics'));
  const logExporter = new OTLPLogExporter(exporterOptions(endpoint, 'logs'));
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: EXPORT_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const sdk = new NodeSDK({
    autoDetectResources: false,
    resource,
    instrumentations: [],
    metricReaders: [...metricReaders, reader],
    views: [...views],
    traceExporter: new OTLPTraceExporter(exporterOptions(endpoint, 'traces')),
    logRecordProcessors: [new BatchLogRecordProcessor({ exporter: logExporter })],
  });
  sdk.start();
  return () => sdk.shutdown();
}

function exporterOptions(endpoint: string, signal: string): { url: string; timeoutMillis: number } {
  return { url: `${endpoint.replace(/\/$/, '')}/v1/${signal}`, timeoutMillis: EXPORT_TIMEOUT_MS };
}
