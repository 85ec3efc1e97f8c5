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
   * @param problemOf what keeps a value from being recorded as it is; what it names is dropped as `invalid`.
   */
  constructor(
    private readonly queue: EventQueue,
    recentExposures: number,
    unitAttributes: Iterable<string> = [],
    private readonly isPrivate: IsPrivate = () => false,
    private readonly problemOf: (value: unknown) => string | undefined = () => undefined,
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
      const problem = this.problemOf(exposure.unit);
      if (problem) this.queue.drop('invalid', `${problem} in the unit of "${flag}"`);
      if (problem || this.queue.add({ kind: 'exposure', exposure })) this.#recorded.add(exposure);
    }
  }

  /** Adds a path under which contexts hold units. */
  knowUnitAttribute(path: string): void {
    if (!this.isPrivate(path) && this.#unitAttributes.size < MAX_UNIT_ATTRIBUTES) this.#unitAttributes.add(path);
  }

  /**
   * Records a tracked event with the units that the context holds. One that concerns no unit, or that cannot be recorded
   * as it was passed, is dropped as `no-unit` or `invalid`.
   */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails | undefined): void {
    const units: Record<string, string> = {};
    const { value, ...rest } = details ?? {};
    let problem = value === undefined || Number.isFinite(value) ? undefined : `value ${String(value)}`;
    for (const path of this.#unitAttributes) {
      const found = attributeAt(context, path) ?? '';
      const unit = Number.isSafeInteger(found) ? JSON.stringify(found) : found;
      if (typeof unit !== 'string') problem ??= `unit ${path}`;
      else if (unit !== '') units[path] = unit;
    }
    problem ??= this.problemOf({ name, units, rest });
    const properties = Object.keys(rest).length > 0 ? (toJson(rest) as Record<string, unknown>) : undefined;
    if (problem) this.queue.drop('invalid', `${problem} in track("${name}")`);
    else if (Object.keys(units).length === 0) this.queue.drop('no-unit', `track("${name}")`);
    else this.queue.add({ kind: 'tracked', tracked: { name, units, value, properties } });
  }
}
