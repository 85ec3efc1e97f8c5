import type { EvaluationContext } from '@openfeature/web-sdk';
import { uuidV7 } from '@sortition/openfeature-core';

import { type StorageOptions, storageOf } from './key-value-storage.js';
import type { ContextListener, VisitorIdentity } from './modules.js';

export interface AnonymousIdOptions extends StorageOptions {
  /** Attribute of the context that holds the id. Default `anonymousId`. */
  readonly attribute?: string;
}

const NAME = 'sortition-anonymous-id';

/** The event that tells which known unit an anonymous one turned out to be. */
const IDENTIFIED = 'sortition.identified';

interface Entry {
  readonly id: string;
  /** Whom it is known to belong to. */
  readonly known?: string;
}

/**
 * An id for visitors of whom no targeting key is known, the same on later visits as far as it may be stored. Contexts
 * without a targeting key get it as theirs; all contexts get it as an attribute, so that an experiment on that attribute
 * keeps its variant at login. When a targeting key becomes known, one tracked event names both.
 */
export class AnonymousId implements VisitorIdentity {
  readonly #options: AnonymousIdOptions;
  readonly #attribute: string;
  #entry: Entry | undefined;

  constructor(options: AnonymousIdOptions = {}) {
    this.#options = options;
    this.#attribute = options.attribute ?? 'anonymousId';
  }

  get id(): string {
    return this.#read().id;
  }

  /** Starts anew with another id: at logout, when somebody else may use the browser next. */
  reset(): void {
    this.#write({ id: uuidV7(Date.now()) });
  }

  /** The context with the id. */
  identify(context: EvaluationContext): EvaluationContext {
    const { id } = this;
    return { ...context, targetingKey: context.targetingKey || id, [this.#attribute]: id };
  }

  /** Has a provider see every context with the id. Returns its options with the attribute among those that hold units. */
  join<Options extends { readonly unitAttributes?: readonly string[] }>(
    provider: ContextListener,
    options: Options,
  ): Options {
    const initialize = provider.initialize.bind(provider);
    const onContextChange = provider.onContextChange.bind(provider);
    const track = provider.track.bind(provider);
    const linked = (context: EvaluationContext): void => {
      const { targetingKey } = context;
      const entry = this.#read();
      if (!targetingKey || targetingKey === entry.known) return;
      this.#write({ ...entry, known: targetingKey });
      track(IDENTIFIED, this.identify(context), {});
    };
    provider.initialize = async (context, domain) => {
      const initialized = initialize(this.identify(context), domain);
      linked(context);
      await initialized;
    };
    provider.onContextChange = async (before, context) => {
      const changed = onContextChange(this.identify(before), this.identify(context));
      linked(context);
      await changed;
    };
    provider.track = (name, context, details) => track(name, this.identify(context), details);
    return { ...options, unitAttributes: [...(options.unitAttributes ?? []), this.#attribute] };
  }

  #read(): Entry {
    try {
      // Another page may have started anew.
      const stored = JSON.parse(storageOf(this.#options)?.getItem(NAME) ?? 'null') as Entry | null;
      if (stored?.id) this.#entry = stored;
    } catch {
      // A storage that is forbidden or damaged holds nothing.
    }
    if (!this.#entry) this.reset();
    return this.#entry as Entry;
  }

  #write(entry: Entry): void {
    this.#entry = entry;
    try {
      storageOf(this.#options)?.setItem(NAME, JSON.stringify(entry));
    } catch {
      // The id lasts as long as the page.
    }
  }
}
