import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';

export interface SignedMessage {
  /** Unique; the same when the message is sent again. */
  readonly id: string;
  readonly body: string;
  /** When this attempt is made, in seconds since the Unix epoch. */
  readonly timestampSeconds: number;
}

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * The headers of a message by the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA-256 of
 * `id.timestamp.body`, in Base64.
 *
 * @param secret `whsec_` and the Base64 of 24 to 64 bytes.
 * @throws Error when the secret has another form.
 */
export function webhookHeaders(secret: string, { id, body, timestampSeconds }: SignedMessage): Record<string, string> {
  const timestamp = String(timestampSeconds);
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'sortition-webhooks',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) return key;
  const range = `${String(LEAST_BYTES)} to ${String(MOST_BYTES)}`;
  throw new Error(`The secret must be "${PREFIX}" and the Base64 of ${range} bytes.`);
}
