import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';

import { type SeparatedText, separatedText } from './separated-text.js';

/**
 * Exposures as INSERT reads them; undefined when there are none. Written out: nearly all that a load costs this thread
 * is spent here.
 */
export function separatedExposures(rows: readonly ExposureRow[]): SeparatedText | undefined {
  if (rows.length === 0) return undefined;
  return separatedText(([row, s]) => ({
    text: rows
      .map((r) => {
        const identity = `${r.environmentId}${s}${r.eventId}${s}${String(r.timeMicros)}${s}${String(r.receivedMicros)}`;
        const served = `${s}${r.flag}${s}${r.variant}${s}${r.rule}`;
        return `${identity}${served}${s}${r.experiment}${s}${String(r.phase)}${s}${r.unitAttribute}${s}${r.unit}`;
      })
      .join(row),
    counts: [rows.length - 1, rows.length * 10, 0],
  }));
}

/** Events as INSERT reads them; undefined when there are none. */
export function separatedEvents(rows: readonly EventRow[]): SeparatedText | undefined {
  if (rows.length === 0) return undefined;
  return separatedText(([row, s, part]) => {
    let parts = 0;
    const texts = rows.map((r) => {
      const attributes = Object.keys(r.units);
      parts += 2 * Math.max(0, attributes.length - 1);
      const units = `${attributes.join(part)}${s}${Object.values(r.units).join(part)}`;
      const identity = `${r.environmentId}${s}${r.eventId}${s}${String(r.timeMicros)}${s}${String(r.receivedMicros)}`;
      const value = r.value === null ? '' : String(r.value);
      return `${identity}${s}${r.name}${s}${value}${s}${units}${s}${r.properties}`;
    });
    return { text: texts.join(row), counts: [rows.length - 1, rows.length * 8, parts] };
  });
}
