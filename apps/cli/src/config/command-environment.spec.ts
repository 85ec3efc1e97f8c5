import { describe, expect, it } from '@jest/globals';

import { parseEnvironment } from './command-environment.js';

describe('the environment', () => {
  it('has a default for everything that start needs', () => {
    expect(parseEnvironment({})).toMatchObject({
      SORTITION_DATA_DIR: '.sortition',
      SORTITION_HOST: '127.0.0.1',
      SORTITION_GRPC_PORT: 7800,
      SORTITION_HTTP_PORT: 7801,
      SORTITION_ROLES: ['assignment', 'events', 'metrics', 'admin'],
      SORTITION_ALLOWED_ORIGINS: [],
    });
  });

  it('reads lists with or without spaces', () => {
    const { SORTITION_ROLES } = parseEnvironment({ SORTITION_ROLES: 'admin, metrics' });

    expect(SORTITION_ROLES).toEqual(['admin', 'metrics']);
  });

  it('names every variable at fault with its value, and no secret', () => {
    const variables = { SORTITION_HTTP_PORT: '1.5', SORTITION_LOG_LEVEL: 'loud', SORTITION_DATABASE_URL: 'x:hidden' };

    expect(() => parseEnvironment(variables)).toThrow(
      expect.objectContaining({
        message: '3 environment variables are malformed.',
        problems: [
          expect.stringMatching(/^SORTITION_HTTP_PORT must .*"1\.5"$/),
          expect.stringMatching(/^SORTITION_DATABASE_URL must .*\(not shown\)$/),
          expect.stringMatching(/^SORTITION_LOG_LEVEL must .*"loud"$/),
        ],
      }),
    );
  });
});
