import { describe, expect, it } from '@jest/globals';

import { webhookHeaders } from './webhook-signature.js';

describe('the headers of a message to a webhook', () => {
  it('are those of the example of the Standard Webhooks specification', () => {
    const headers = webhookHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1614265330,
      body: '{"test": 2432232314}',
    });

    expect(headers).toMatchObject({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each([
    '',
    'whsec_',
    'whsec_c2hvcnQ=',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_not base64 at all, but long enough',
  ])('need a secret of the right form, not "%s"', (secret) => {
    const message = { id: 'a', timestampSeconds: 1, body: '{}' };

    expect(() => webhookHeaders(secret, message)).toThrow(/whsec_/);
    if (secret.length > 6) expect(() => webhookHeaders(secret, message)).not.toThrow(secret.slice(6));
  });
});
