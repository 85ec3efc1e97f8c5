import type { Principal } from '../../../../runtime/auth/principal.js';
import type { Author } from '../../domain/author.js';
import { formatName } from '../../domain/resource-name.js';

/** Who makes a change that arrives with a key. */
export function authorOf({ organizationId, organization, keySelector }: Principal): Author {
  return { organizationId, organization, actor: formatName('apiKey', { key: keySelector }) };
}
