import type { EnvironmentState } from '../domain/environment-state.js';
import { type FlagdTranslation, translateEnvironment } from '../domain/flagd/translate-environment.js';

/** Translates each state of an environment once, however many evaluators receive it. */
export class FlagdTranslations {
  private readonly known = new WeakMap<EnvironmentState, FlagdTranslation>();

  of(state: EnvironmentState): FlagdTranslation {
    const known = this.known.get(state);
    if (known) return known;
    const translation = translateEnvironment(state.compiled, state.flagSetId);
    this.known.set(state, translation);
    return translation;
  }
}
