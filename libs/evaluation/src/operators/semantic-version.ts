import Range from 'semver/classes/range.js';

import type { AttributeOperatorModule } from '../conditions/operator.js';

/**
 * `semver`: an npm range. Pre-releases count by their precedence: 2.0.0-beta.1 satisfies `>=1.4.0` and not `>=2.0.0`.
 * Text that is no complete version (a leading `v` is allowed) does not match.
 */
export const semanticVersion: AttributeOperatorModule = {
  field: 'semver',
  compile(argument) {
    if (typeof argument !== 'string') throw new TypeError('must be one range');
    const range = new Range(argument, { includePrerelease: true });
    return (value) => typeof value === 'string' && range.test(value);
  },
};
