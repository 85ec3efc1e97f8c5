import { randomBytes } from 'node:crypto';

import { v7 } from 'uuid';

import type { Identity } from '../application/identity.js';

const SALT_BYTES = 12;

/** {@link Identity} from the machine's clock and random numbers. */
export class RandomIdentity implements Identity {
  newId(): string {
    return v7();
  }

  newSalt(): string {
    return randomBytes(SALT_BYTES).toString('hex');
  }
}
