import { Writable } from 'node:stream';

import { trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { type DestinationStream, type Level, type Logger, multistream, pino } from 'pino';

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Where the lines go; standard error by default, so that standard output stays the command's own. */
  readonly destination?: DestinationStream;
}

const SEVERITY: Readonly<Record<number, SeverityNumber>> = {
  10: SeverityNumber.TRACE,
  20: SeverityNumber.DEBUG,
  30: SeverityNumber.INFO,
  40: SeverityNumber.WARN,
  50: SeverityNumber.ERROR,
  60: SeverityNumber.FATAL,
};

/** Structured JSON lines that carry the trace they belong to, handed to OpenTelemetry as well. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      mixin: traceOfNow,
      redact: ['credential', 'password', 'authorization', '*.credential', '*.password', '*.authorization'],
    },
    multistream([
      { level: 'trace', stream: destination ?? pino.destination(2) },
      { level: 'trace', stream: openTelemetryStream() },
    ]),
  );
}

function traceOfNow(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** Without a configured exporter the global logger does nothing. */
function openTelemetryStream(): Writable {
  const logger = logs.getLogger('sortition');
  return new Writable({
    write(line: Buffer, _encoding, done) {
      const { level, time, msg, ...attributes } = JSON.parse(line.toString('utf8')) as Record<string, unknown>;
      logger.emit({
        severityNumber: SEVERITY[Number(level)] ?? SeverityNumber.UNSPECIFIED,
        timestamp: Number(time),
        body: typeof msg === 'string' ? msg : '',
        attributes: flattened(attributes),
      });
      done();
    },
  });
}

function flattened(attributes: Record<string, unknown>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value),
    ]),
  );
}
