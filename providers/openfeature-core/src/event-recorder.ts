import type { EvaluationContext, TrackingEventDetails } from '@openfeature/core';

import { attributeAt } from './attribute-at.js';
import type { EventQueue } from './event-queue.js';
import { type AssignedDecision, exposuresOf } from './exposure.js';
import type { IsPrivate } from './private-attributes.js';
import { RecentExposures } from './recent-exposures.js';
import { toJson } from './to-json.js';

/** Unit attributes remembered at most. */
const MAX_UNIT_ATTRIBUTES = 32;

/** Records exposures, each once as long as it is remembered, and tracked events with the units that they concern. */
export class EventRecorder {
  readonly #recorded: RecentExposures;
  readonly #unitAttributes = new Set<string>();

  /**
   * @param unitAttributes paths under which contexts hold units, besides `targetingKey` and those seen in exposures.
   * @param isPrivate which paths hold what is not to be recorded: exposures of such units are left out.
   */
  constructor(
    private readonly queue: EventQueue,
    recentExposures: number,
    unitAttributes: Iterable<string> = [],
    private readonly isPrivate: IsPrivate = () => false,
  ) {
    this.#recorded = new RecentExposures(recentExposures);
    for (const path of ['targetingKey', ...unitAttributes]) this.knowUnitAttribute(path);
  }

  /** Records that the application read the decision. */
  expose(flag: string, decision: AssignedDecision): void {
    for (const exposure of exposuresOf(flag, decision)) {
      if (this.isPrivate(exposure.unitAttribute)) continue;
      if (this.#recorded.has(exposure)) continue;
      this.knowUnitAttribute(exposure.unitAttribute);
      if (this.queue.add({ kind: 'exposure', exposure })) this.#recorded.add(exposure);
    }
  }

  /** Adds a path under which contexts hold units. */
  knowUnitAttribute(path: string): void {
    if (!this.isPrivate(path) && this.#unitAttributes.size < MAX_UNIT_ATTRIBUTES) this.#unitAttributes.add(path);
  }

  /** Records a tracked event. One that concerns no unit can be analysed by nobody and is left out. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails | undefined): void {
    const units: Record<string, string> = {};
    for (const path of this.#unitAttributes) {
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
