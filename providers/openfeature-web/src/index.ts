export { AnonymousId } from './anonymous-id.js';
export type { AnonymousIdOptions } from './anonymous-id.js';
export type { OutgoingEvent } from '@sortition/openfeature-core';
export { cacheFirst, networkFirst } from './answer-store.js';
export type { BulkAnswer, EventStream, FlagAnswer } from './bulk-answer.js';
export { Consent } from './consent.js';
export type { ConsentState } from './consent.js';
export type { StreamListener, StreamSharing, StreamSource } from './event-source.js';
export type { EventsLostReason, OnEventsLost } from './events-lost.js';
export type { KeyValueStorage } from './key-value-storage.js';
export type { SortitionWebProviderOptions } from './provider-options.js';
export { shareAmongTabs } from './share-among-tabs.js';
export { SortitionWebProvider } from './sortition-web-provider.js';
export { keepUnsentEvents } from './unsent-events.js';
export type {
  AnswerCache,
  ContextListener,
  KeptAnswers,
  ModuleOptions,
  PageQueue,
  PageRecording,
  RecordingConsent,
  UnsentEvents,
  UnsentEventsOf,
  VisitorIdentity,
} from './modules.js';
