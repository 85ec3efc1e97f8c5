import type { KeyValueStorage } from './key-value-storage.js';
import type { PageRecording, RecordingConsent } from './modules.js';

/**
 * - `pending`: nobody was asked yet. What is recorded is held in memory; nothing is stored or read in the browser.
 * - `given`: recorded and stored.
 * - `withdrawn`: what was held or stored is forgotten, and nothing is recorded or stored.
 */
export type ConsentState = 'pending' | 'given' | 'withdrawn';

/** A visitor's consent to recording exposures and events and to storage in the browser. Evaluation needs none. */
export class Consent implements RecordingConsent {
  readonly #watchers = new Set<() => void>();
  /** What may be stored, by name. */
  readonly #used = new Map<string, KeyValueStorage>();
  #state: ConsentState;

  /** @param state what is known of it when the page starts. */
  constructor(state: ConsentState = 'pending') {
    this.#state = state;
  }

  get state(): ConsentState {
    return this.#state;
  }

  /** The visitor agrees. */
  give(): void {
    this.#become('given');
  }

  /** The visitor refuses, or agrees no longer. */
  withdraw(): void {
    this.#become('withdrawn');
  }

  /** Lets a page record as far as it is given, from now on until the signal. */
  govern(recording: PageRecording, signal: AbortSignal): void {
    const { queue, pending, exposed, unsent, http } = recording;
    const expose = recording.expose.bind(recording);
    const track = recording.track.bind(recording);
    const flush = queue.flush.bind(queue);
    const leave = queue.leave.bind(queue);
    const close = queue.close.bind(queue);
    const isGiven = (): boolean => this.#state === 'given';
    const isWithdrawn = (): boolean => this.#state === 'withdrawn';
    recording.expose = (flag) => {
      if (!isWithdrawn()) expose(flag);
    };
    recording.track = (...call) => {
      if (!isWithdrawn()) track(...call);
    };
    queue.flush = async () => {
      if (isGiven()) await flush();
    };
    queue.leave = async () => isGiven() && leave();
    queue.close = async (deadlineMs) => (isGiven() ? close(deadlineMs) : queue.waiting);
    const apply = (): void => {
      if (isGiven()) {
        unsent?.restore();
        void queue.flush();
      }
      if (!isWithdrawn()) return;
      const forgotten = queue.waiting.splice(0).length + pending.splice(0).length;
      if (forgotten > 0) http.onEventsLost('forgotten', forgotten);
      exposed.clear();
      unsent?.clear();
    };
    apply();
    this.#watchers.add(apply);
    signal.addEventListener('abort', () => this.#watchers.delete(apply));
  }

  /** A storage in which there is nothing, and stays nothing, without consent; what it holds goes when that is withdrawn. */
  over(storage: KeyValueStorage): KeyValueStorage {
    const used = (name: string): boolean => {
      this.#used.set(name, storage);
      if (this.#state === 'withdrawn') storage.removeItem(name);
      return this.#state === 'given';
    };
    return {
      get length() {
        return storage.length ?? 0;
      },
      key: (index) => storage.key?.(index) ?? null,
      getItem: (name) => (used(name) ? storage.getItem(name) : null),
      setItem: (name, value) => {
        if (used(name)) storage.setItem(name, value);
      },
      removeItem: (name) => {
        this.#used.delete(name);
        storage.removeItem(name);
      },
    };
  }

  #become(state: ConsentState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const changed of this.#watchers) changed();
    if (state !== 'withdrawn') return;
    for (const [name, storage] of this.#used) storage.removeItem(name);
    this.#used.clear();
  }
}
