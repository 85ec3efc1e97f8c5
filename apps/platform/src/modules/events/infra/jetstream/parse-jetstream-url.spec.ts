import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { parseJetStreamUrl } from './parse-jetstream-url.js';

describe('the address of a JetStream log', () => {
  it('needs no more than a host', () => {
    expect(parseJetStreamUrl('nats://nats')).toEqual({
      servers: ['nats:4222'],
      user: undefined,
      password: undefined,
      credentialsPath: undefined,
      certificatePath: undefined,
      isTls: false,
      stream: 'SORTITION_EVENTS',
      limits: { replicas: undefined, maxBytes: undefined, duplicateWindowMs: undefined },
      retentionMs: 7 * 24 * 60 * 60_000,
      appendDeadlineMs: 10_000,
    });
  });

  it('tells everything else where it is given', () => {
    const url =
      'tls://me:p%40ss@a:1,[::1]:2/EVENTS?replicas=3&max_bytes=10GiB&duplicate_window=5m&retention=24h&credentials=/c&ca=/a';

    expect(parseJetStreamUrl(url)).toEqual({
      servers: ['a:1', '[::1]:2'],
      user: 'me',
      password: 'p@ss',
      credentialsPath: '/c',
      certificatePath: '/a',
      isTls: true,
      stream: 'EVENTS',
      limits: { replicas: 3, maxBytes: 10 * 1024 ** 3, duplicateWindowMs: 300_000 },
      retentionMs: 86_400_000,
      appendDeadlineMs: 10_000,
    });
  });

  it.each([
    ['http://a', 'is not of the form'],
    ['nats://', 'is not of the form'],
    ['nats://a b', 'has the server "a b"'],
    ['nats://a:port', 'has the server "a:port"'],
    ['nats://a/x.y', 'has the stream "x.y"'],
    ['nats://a?replicas=2', 'has replicas "2"'],
    ['nats://a?max_bytes=1TB', 'has max_bytes "1TB"'],
    ['nats://a?duplicate_window=5', 'has duplicate_window "5"'],
    ['nats://a?duplicate_window=10s', 'the least is 60s'],
    ['nats://a?retention=week', 'has retention "week"'],
    ['nats://a?credentials=', 'has an empty credentials'],
    ['nats://a?replica=3', 'has the unknown option "replica"'],
    ['nats://me:%zz@a', 'has a user or password'],
  ])('is refused: %s', (url, message) => {
    const parse = (): unknown => parseJetStreamUrl(url);

    expect(parse).toThrow(DomainError);
    expect(parse).toThrow(message);
  });

  it('is refused without its password', () => {
    expect(() => parseJetStreamUrl('nats://me:hidden@a?x=1')).toThrow(/^(?!.*hidden)/);
  });
});
