import type { Clock } from '@sortition/kernel';

import type { ExposureIntake, ExposureScope, RecordedExposure } from '../../../runtime/exposure-intake.js';
import type { EventQuotas } from './event-quotas.js';
import { NO_DEFINITIONS } from './event-validation.js';
import type { EventWriter } from './event-writer.js';
import { PublishEvents } from './publish-events.js';

/** Stores the exposures that other modules record. Exposures have no definitions, so none are read. */
export class TakeExposures implements ExposureIntake {
  private readonly publish: PublishEvents;

  constructor(writer: EventWriter, clock: Clock, quotas: EventQuotas) {
    this.publish = new PublishEvents(writer, clock, NO_DEFINITIONS, quotas);
  }

  async take(scope: ExposureScope, exposures: readonly RecordedExposure[]): Promise<number> {
    const events = exposures.map(({ id, time, ...exposure }) => ({
      id,
      time,
      payload: { kind: 'exposure' as const, exposure },
    }));
    const outcomes = await this.publish.execute(scope, { events, sentAt: undefined });
    return outcomes.filter(({ outcome }) => outcome === 'rejected').length;
  }
}
