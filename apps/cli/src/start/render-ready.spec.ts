import { describe, expect, it } from '@jest/globals';

import { readyLine, renderReady } from './render-ready.js';

const platform = {
  grpcAddress: '127.0.0.1:7800',
  httpUrl: 'http://127.0.0.1:7801',
  starter: {
    organization: 'starter',
    project: 'shop',
    environment: 'production',
    isNew: true,
    keys: { admin: 'sor_admin_a', server: 'sor_server_s', client: 'sor_client_c' },
    operatorToken: 'sor_operator_o',
  },
};

describe('what start prints', () => {
  it('is one flat object for a program', () => {
    expect(readyLine(platform)).toEqual({
      grpc: '127.0.0.1:7800',
      http: 'http://127.0.0.1:7801',
      organization: 'starter',
      project: 'shop',
      environment: 'production',
      keys: { admin: 'sor_admin_a', server: 'sor_server_s', client: 'sor_client_c' },
      operatorToken: 'sor_operator_o',
    });
  });

  it('puts address and server key into the snippet for a person', () => {
    expect(renderReady(readyLine(platform), true)).toContain(
      "new SortitionProvider({ address: '127.0.0.1:7800', apiKey: 'sor_server_s' })",
    );
  });

  it('says so when the keys are not known any more', () => {
    const ready = readyLine({ ...platform, starter: { ...platform.starter, keys: undefined } });

    expect(ready.keys).toBeNull();
    expect(renderReady(ready, true)).toContain('The first start showed the keys.');
  });
});
