import type { AttributeOperatorModule } from '../conditions/operator.js';
import { network } from './network.js';
import { regularExpression } from './regular-expression.js';
import { semanticVersion } from './semantic-version.js';

export { OPERATOR_DESCRIPTIONS } from './operator-descriptions.js';
export type { OperatorArgument, OperatorDescription } from './operator-descriptions.js';
export { network, regularExpression, semanticVersion };

/** Every operator of the flag model that stands on a library: `matches`, `semver` and `cidr`. */
export const standardOperators: readonly AttributeOperatorModule[] = [regularExpression, semanticVersion, network];
