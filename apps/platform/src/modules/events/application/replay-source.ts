import { v7 as uuidv7 } from 'uuid';

const PREFIX = 'quarantine/';

/** A source for one load of replayed events. Sources lie in the order of their making. */
export function newReplaySource(): string {
  return `${PREFIX}${uuidv7()}`;
}

/** The sources that were made before a time, as the bounds that `Warehouse.forgetSources` takes. */
export function replaySourcesBefore(time: Date): { readonly from: string; readonly before: string } {
  return { from: PREFIX, before: `${PREFIX}${uuidv7({ msecs: time.getTime(), random: new Uint8Array(16), seq: 0 })}` };
}
