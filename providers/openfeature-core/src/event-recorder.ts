import type { EvaluationContext, TrackingEventDetails } from '@openfeature/core';

import { attributeAt } from './attribute-at.js';
import type { EventQueue } from './event-queue.js';
import { type AssignedDecision, exposuresOf } from './exposure.js';
import { RecentExposures } from './recent-exposures.js';
import { toJson } from './to-json.js';

/** Unit attributes remembered at most. */
const MAX_UNIT_ATTRIBUTES = 32;

/** Records exposures, each once as long as it is remembered, and tracked events with the units that they concern. */
export class EventRecorder {
  private readonly recorded: RecentExposures;
  private readonly unitAttributes: Set<string>;
  private readonly privateAttributes: ReadonlySet<string>;

  /**
   * @param unitAttributes paths under which contexts hold units, besides `targetingKey` and those seen in exposures.
   * @param privateAttributes paths whose values are not to be recorded: exposures of such units are left out.
   */
  constructor(
    private readonly queue: EventQueue,
    recentExposures: number,
    unitAttributes: Iterable<string> = [],
    privateAttributes: Iterable<string> = [],
  ) {
    this.recorded = new RecentExposures(recentExposures);
    this.privateAttributes = new Set(privateAttributes);
    this.unitAttributes = new Set(
      ['targetingKey', ...unitAttributes].filter((path) => !this.privateAttributes.has(path)),
    );
  }

  /** Records that the application read the decision. */
  expose(flag: string, decision: AssignedDecision): void {
    for (const exposure of exposuresOf(flag, decision)) {
      if (this.privateAttributes.has(exposure.unitAttribute)) continue;
      if (this.recorded.has(exposure)) continue;
      this.knowUnitAttribute(exposure.unitAttribute);
      if (this.queue.add({ kind: 'exposure', exposure })) this.recorded.add(exposure);
    }
  }

  /** Adds a path under which contexts hold units. */
  knowUnitAttribute(path: string): void {
    if (this.privateAttributes.has(path)) return;
    if (this.unitAttributes.size < MAX_UNIT_ATTRIBUTES) this.unitAttributes.add(path);
  }

  /** Records a tracked event. One that concerns no unit can be analysed by nobody and is left out. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails | undefined): void {
    const units: Record<string, string> = {};
    for (const path of this.unitAttributes) {
      const unit = attributeAt(context, path);
      if (typeof unit === 'string' && unit !== '') units[path] = unit;
      else if (Number.isSafeInteger(unit)) units[path] = String(unit);
    }
    if (Object.keys(units).length === 0) return;
    const { value, ...rest } = details ?? {};
    const properties = Object.keys(rest).length > 0 ? (toJson(rest) as Record<string, unknown>) : undefined;
    const number = typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    this.queue.add({ kind: 'tracked', tracked: { name, units, value: number, properties } });
  }
}
