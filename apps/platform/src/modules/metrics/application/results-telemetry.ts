import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('sortition.metrics');

/** What computing results measures. */
export const resultsTelemetry = {
  duration: meter.createHistogram('sortition.results.duration', {
    description: 'Computing the results of an experiment, loading of the newest events included.',
    unit: 's',
  }),
};
