import { changedFlags } from '@sortition/evaluation';

import type { EnvironmentState } from '../domain/environment-state.js';
import type { Audience } from '../domain/visible-flags.js';

/** Works out which flags changed between two states once, however many ask. */
export class FlagChanges {
  private readonly known = new WeakMap<EnvironmentState, WeakMap<EnvironmentState, readonly string[]>>();

  /** Keys, sorted, of the flags that the audience sees in either state and that may be decided differently. */
  between(before: EnvironmentState, after: EnvironmentState, audience: Audience): readonly string[] {
    const changed = this.all(before, after);
    if (audience === 'server') return changed;
    return changed.filter((key) => before.flags.has(audience, key) || after.flags.has(audience, key));
  }

  private all(before: EnvironmentState, after: EnvironmentState): readonly string[] {
    let byBefore = this.known.get(after);
    if (!byBefore) this.known.set(after, (byBefore = new WeakMap()));
    let changed = byBefore.get(before);
    if (!changed) byBefore.set(before, (changed = changedFlags(before.compiled, after.compiled)));
    return changed;
  }
}
