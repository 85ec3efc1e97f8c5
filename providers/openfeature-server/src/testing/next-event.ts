import { type EventDetails, OpenFeature, type ProviderEvents } from '@openfeature/server-sdk';

/** Resolves with the next event of a kind. Waits for what happens, not for time. */
export function nextEvent(event: ProviderEvents): Promise<EventDetails | undefined> {
  return new Promise((resolve) => {
    const handler = (details?: EventDetails): void => {
      OpenFeature.removeHandler(event, handler);
      resolve(details);
    };
    OpenFeature.addHandler(event, handler);
  });
}

/** Every event of a kind from here on, in order, besides those that a handler is told of at once. */
export function recordedEvents(...events: readonly ProviderEvents[]): string[] {
  const names: string[] = [];
  for (const event of events) OpenFeature.addHandler(event, () => void names.push(event));
  names.length = 0;
  return names;
}
