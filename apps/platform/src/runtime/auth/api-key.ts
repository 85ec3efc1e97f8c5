import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import { DomainError } from '@sortition/kernel';

import type { KeyKind } from './principal.js';

/** A credential `sor_<kind>_<selector>_<secret>`, taken apart. */
export interface ParsedApiKey {
  readonly kind: KeyKind;
  /** Public part by which the key is looked up: 12 hexadecimal digits. */
  readonly selector: string;
  /** 32 random bytes in base64url. */
  readonly secret: string;
}

export interface NewApiKey {
  /** The whole credential; shown once, never stored. */
  readonly credential: string;
  readonly selector: string;
  /** SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing. */
  readonly secretHash: Buffer;
}

const PATTERN = /^sor_(client|server|admin|operator)_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export function createApiKey(kind: KeyKind): NewApiKey {
  const selector = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { credential: `sor_${kind}_${selector}_${secret}`, selector, secretHash: hashOf(secret) };
}

/** @throws DomainError MALFORMED_API_KEY; the message never repeats the credential. */
export function parseApiKey(credential: string): ParsedApiKey {
  const match = PATTERN.exec(credential);
  if (!match) {
    throw new DomainError(
      'unauthenticated',
      'MALFORMED_API_KEY',
      `The API key is malformed: expected "sor_<client|server|admin|operator>_<selector>_<secret>", got ${String(credential.length)} characters of another form.`,
      { violations: [{ field: 'authorization', description: 'is not an API key of Sortition' }] },
    );
  }
  const [, kind, selector, secret] = match as unknown as [string, KeyKind, string, string];
  return { kind, selector, secret };
}

/** Whether the secret is the one that was hashed; takes the same time for every wrong secret. */
export function secretMatches(secret: string, secretHash: Buffer): boolean {
  const presented = hashOf(secret);
  return presented.length === secretHash.length && timingSafeEqual(presented, secretHash);
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
