import type { MetricKind } from '@sortition/declaration';

import { average, count, countDistinct } from './kinds/number-kinds.js';
import { quantile } from './kinds/quantile-kind.js';
import { ratio } from './kinds/ratio-kind.js';
import { funnel, retention, conversion } from './kinds/share-kinds.js';
import type { MetricKindRecord } from './metric-kind.js';

/** Every kind of metric; a new one does not compile without its record. */
export const METRIC_KIND_RECORDS: Readonly<Record<MetricKind, MetricKindRecord>> = {
  conversion,
  average,
  count,
  countDistinct,
  ratio,
  quantile,
  retention,
  funnel,
};
