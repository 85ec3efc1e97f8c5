import { type ClientReadableStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assignment, rpcErrorDetails, rpcStatus } from '@sortition/contracts';
import { pino } from 'pino';

import { FixedStreamTokens } from '../../testing/fixed-stream-tokens.js';
import type { InMemorySnapshotFeed } from '../../testing/in-memory-snapshot-feed.js';
import { runAssignment, type RunningAssignment } from '../../testing/running-assignment.js';
import { banner, checkout, ENVIRONMENT_ID, shop, shopFeed, shopKeys } from '../../testing/shop-snapshot.js';

let feed: InMemorySnapshotFeed;
let running: RunningAssignment;
let decisions: assignment.AssignmentServiceClient;
let snapshots: assignment.SnapshotServiceClient;

beforeEach(async () => {
  feed = shopFeed();
  running = await runAssignment({ feed, authenticator: shopKeys() });
  decisions = new assignment.AssignmentServiceClient(running.grpcAddress, credentials.createInsecure());
  snapshots = new assignment.SnapshotServiceClient(running.grpcAddress, credentials.createInsecure());
});

afterEach(async () => {
  decisions.close();
  snapshots.close();
  await running.close();
});

function keyed(credential: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${credential}`);
  return metadata;
}

/** Makes a unary call of a client's method a promise. */
function call<Request, Response>(
  method: (
    request: Request,
    metadata: Metadata,
    callback: (error: Error | null, response: Response) => void,
  ) => unknown,
  request: Request,
  credential = 'server',
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, keyed(credential), (error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

const resolve = (request: assignment.ResolveRequest, credential?: string): Promise<assignment.ResolveResponse> =>
  call(decisions.resolve.bind(decisions), request, credential);
const explain = (
  request: Partial<assignment.ExplainRequest>,
  credential?: string,
): Promise<assignment.ExplainResponse> =>
  call(
    decisions.explain.bind(decisions),
    { flag: 'checkout', context: { targetingKey: 'u' }, environment: '', time: undefined, ...request },
    credential,
  );
const getSnapshot = (contentHash = '', credential?: string): Promise<assignment.GetSnapshotResponse> =>
  call(snapshots.getSnapshot.bind(snapshots), { contentHash }, credential);

describe('Resolve', () => {
  it('decides by the snapshot and names the assignment and the revision', async () => {
    const { decision, revision } = await resolve({ flag: 'checkout', context: { targetingKey: 'user-1' } });

    expect(revision).toBe(1);
    expect(decision).toMatchObject({
      flag: 'checkout',
      reason: assignment.Reason.SPLIT,
      rule: 'experiment',
      assignment: { experiment: 'checkout-test', phase: 1, unitAttribute: 'targetingKey', unit: 'user-1' },
    });
  });

  it('returns an evaluation that failed as a decision', async () => {
    const { decision } = await resolve({ flag: 'checkout', context: undefined });

    expect(decision).toMatchObject({
      reason: assignment.Reason.ERROR,
      errorCode: 'TARGETING_KEY_MISSING',
      variant: '',
    });
  });

  it.each([
    ['none', status.NOT_FOUND],
    ['', status.INVALID_ARGUMENT],
  ])('refuses the flag "%s" with status %i', async (flag, code) => {
    await expect(resolve({ flag, context: undefined })).rejects.toMatchObject({ code });
  });

  it('hides from clients what is not marked for them', async () => {
    await expect(resolve({ flag: 'limit', context: undefined })).resolves.toBeDefined();
    await expect(resolve({ flag: 'limit', context: undefined }, 'client')).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  it('refuses admin keys and unknown keys', async () => {
    const request = { flag: 'banner', context: undefined };

    await expect(resolve(request, 'admin')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    await expect(resolve(request, 'other')).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });

  it('follows what is published', async () => {
    await resolve({ flag: 'banner', context: undefined });
    feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, defaultVariant: 'off' }]);
    const followed = async (): Promise<assignment.ResolveResponse> => resolve({ flag: 'banner', context: undefined });

    await expect(followed()).resolves.toMatchObject({ decision: { value: false }, revision: 2 });
  });

  it('keeps the last good state when what is published cannot be used', async () => {
    await resolve({ flag: 'banner', context: undefined });
    feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, defaultVariant: 'missing' }]);

    await expect(resolve({ flag: 'banner', context: undefined })).resolves.toMatchObject({
      decision: { value: true },
      revision: 1,
    });
  });

  it('answers from memory while the database is away', async () => {
    await resolve({ flag: 'banner', context: undefined });
    feed.isAway = true;

    await expect(resolve({ flag: 'banner', context: undefined })).resolves.toMatchObject({ revision: 1 });
  });

  it('is unavailable when the environment was never loaded and the database is away', async () => {
    feed.isAway = true;

    await expect(resolve({ flag: 'banner', context: undefined })).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

describe('ResolveAll', () => {
  const resolveAll = (flags: readonly string[], credential?: string): Promise<assignment.ResolveAllResponse> =>
    call(decisions.resolveAll.bind(decisions), { flags, context: { targetingKey: 'u' } }, credential);

  it('decides all flags that the credential may see, by their keys', async () => {
    const keys = async (credential: string): Promise<string[]> =>
      (await resolveAll([], credential)).decisions.map(({ flag }) => flag);

    await expect(keys('server')).resolves.toEqual(['banner', 'checkout', 'limit', 'theme']);
    await expect(keys('client')).resolves.toEqual(['banner', 'checkout', 'theme']);
  });

  it('gives a flag that does not exist a decision of its own', async () => {
    const { decisions: made } = await resolveAll(['none', 'banner']);

    expect(made).toMatchObject([
      { flag: 'banner', errorCode: '' },
      { flag: 'none', errorCode: 'FLAG_NOT_FOUND' },
    ]);
  });
});

describe('ResolveBatch', () => {
  const resolveBatch = (
    requests: readonly assignment.ResolveRequest[],
    credential?: string,
  ): Promise<assignment.ResolveBatchResponse> => call(decisions.resolveBatch.bind(decisions), { requests }, credential);

  it('decides each flag for its own context, in the order of the requests', async () => {
    const { decisions: decided, revision } = await resolveBatch([
      { flag: 'checkout', context: { targetingKey: 'u' } },
      { flag: 'none', context: undefined },
      { flag: 'checkout', context: undefined },
      { flag: 'banner', context: undefined },
    ]);

    const alone = await resolve({ flag: 'checkout', context: { targetingKey: 'u' } });
    expect(revision).toBe(1);
    expect(decided[0]).toEqual(alone.decision);
    expect(decided.map(({ flag, errorCode }) => [flag, errorCode])).toEqual([
      ['checkout', ''],
      ['none', 'FLAG_NOT_FOUND'],
      ['checkout', 'TARGETING_KEY_MISSING'],
      ['banner', ''],
    ]);
  });

  it('answers the revision alone when nothing is asked', async () => {
    await expect(resolveBatch([])).resolves.toEqual({ decisions: [], revision: 1 });
  });

  it('hides from clients what is not marked for them', async () => {
    const { decisions: decided } = await resolveBatch([{ flag: 'limit', context: undefined }], 'client');

    expect(decided[0]).toMatchObject({ errorCode: 'FLAG_NOT_FOUND', errorMessage: 'There is no flag "limit".' });
  });

  it('refuses more than 1,000 evaluations', async () => {
    const requests = Array.from({ length: 1_001 }, () => ({ flag: 'banner', context: undefined }));

    await expect(resolveBatch(requests)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});

describe('WatchFlags', () => {
  const opened: ClientReadableStream<assignment.WatchFlagsResponse>[] = [];

  afterEach(() => {
    for (const stream of opened.splice(0)) stream.cancel();
  });

  /** Opens a stream and returns a function that waits for its next message. */
  function watch(credential: string, fromRevision = 0): () => Promise<assignment.WatchFlagsResponse> {
    const stream = decisions.watchFlags({ fromRevision }, keyed(credential));
    opened.push(stream);
    stream.on('error', () => undefined);
    const messages = stream[Symbol.asyncIterator]() as AsyncIterator<assignment.WatchFlagsResponse>;
    return async () => (await messages.next()).value as assignment.WatchFlagsResponse;
  }

  it('tells the revision at once and then which flags changed', async () => {
    const next = watch('server');
    await expect(next()).resolves.toEqual({ revision: 1, changed: [], isAnyChanged: false });

    feed.publishFlags(ENVIRONMENT_ID, [banner, { ...checkout, enabled: false }]);

    await expect(next()).resolves.toEqual({
      revision: 2,
      changed: ['checkout', 'limit', 'theme'],
      isAnyChanged: false,
    });
  });

  it('says that anything may have changed to whoever knows another revision', async () => {
    await expect(watch('server', 7)()).resolves.toEqual({ revision: 1, changed: [], isAnyChanged: true });
    await expect(watch('server', 1)()).resolves.toEqual({ revision: 1, changed: [], isAnyChanged: false });
  });

  it('names to clients only the flags that they can see', async () => {
    const next = watch('client');
    await next();

    feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, enabled: false }, checkout]);

    await expect(next()).resolves.toMatchObject({ changed: ['banner', 'theme'] });
  });
});

describe('Explain', () => {
  it('gives the decision of Resolve and the steps that led to it', async () => {
    const resolved = await resolve({ flag: 'checkout', context: { targetingKey: 'u' } });
    const { decision, explanation } = await explain({});

    expect(decision).toEqual(resolved.decision);
    expect(JSON.stringify(explanation)).toContain('checkout-salt');
  });

  it('finds the environment that an admin key names', async () => {
    const environment = 'projects/shop/environments/production';

    await expect(explain({ environment }, 'admin')).resolves.toMatchObject({ revision: 1 });
    await expect(explain({ environment: `${environment}x` }, 'admin')).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
    await expect(explain({ environment: '' }, 'admin')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('refuses a server key for another environment and every client key', async () => {
    const environment = 'projects/shop/environments/staging';

    await expect(explain({ environment })).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    await expect(explain({}, 'client')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  });
});

describe('GetSnapshot', () => {
  it('returns the published state, and nothing to whoever holds it', async () => {
    const whole = await getSnapshot();

    expect(JSON.parse(whole.full.toString('utf8'))).toEqual(shop);
    await expect(getSnapshot(whole.contentHash)).resolves.toMatchObject({ revision: 1, full: Buffer.alloc(0) });
  });

  it('is refused to client and admin keys', async () => {
    await expect(getSnapshot('', 'client')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    await expect(getSnapshot('', 'admin')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  });
});

describe('WatchSnapshot', () => {
  type Stream = ClientReadableStream<assignment.WatchSnapshotResponse>;

  const watch = (fromRevision = 0, contentHash = ''): Stream =>
    snapshots.watchSnapshot({ fromRevision, contentHash }, keyed('server')).on('error', () => undefined);
  const nextOf = (stream: Stream): Promise<assignment.WatchSnapshotResponse> =>
    new Promise((resolve) => {
      stream.once('data', (message: assignment.WatchSnapshotResponse) => {
        stream.pause();
        resolve(message);
      });
      stream.resume();
    });

  it('sends the state and then every change', async () => {
    const stream = watch();
    const first = await nextOf(stream);
    feed.publishFlags(ENVIRONMENT_ID, [checkout]);
    const second = await nextOf(stream);
    stream.cancel();

    expect(first).toMatchObject({ update: { $case: 'full' }, revision: 1 });
    expect(second).toMatchObject({ update: { $case: 'delta' }, revision: 2 });
    await expect(getSnapshot(second.contentHash)).resolves.toMatchObject({ revision: 2, full: Buffer.alloc(0) });
  });

  it('resumes with the changes that an evaluator missed', async () => {
    const { contentHash } = await getSnapshot();
    feed.publishFlags(ENVIRONMENT_ID, [checkout, banner]);
    await resolve({ flag: 'banner', context: undefined });
    const stream = watch(1, contentHash);
    const first = await nextOf(stream);
    stream.cancel();

    expect(first).toMatchObject({ update: { $case: 'delta' }, revision: 2 });
  });

  it('starts with a heartbeat for an evaluator that is up to date', async () => {
    const { contentHash } = await getSnapshot();
    const stream = watch(1, contentHash);
    const first = await nextOf(stream);
    stream.cancel();

    expect(first).toMatchObject({ update: { $case: 'heartbeat' }, revision: 1, contentHash });
  });

  it('sends the whole state to an evaluator with an unknown one', async () => {
    const stream = watch(1, 'other');
    const first = await nextOf(stream);
    stream.cancel();

    expect(first).toMatchObject({ update: { $case: 'full' } });
  });

  it('sends the whole state when the changes are no longer kept', async () => {
    const stream = watch();
    await nextOf(stream);
    feed.isSilent = true;
    feed.publishFlags(ENVIRONMENT_ID, [checkout]);
    feed.publishFlags(ENVIRONMENT_ID, [banner]);
    feed.forgetDeltas(ENVIRONMENT_ID);
    feed.isSilent = false;
    feed.publishFlags(ENVIRONMENT_ID, [checkout, banner]);
    const second = await nextOf(stream);
    stream.cancel();

    expect(second).toMatchObject({ update: { $case: 'full' }, revision: 4 });
  });

  it('is refused to client keys', async () => {
    const stream = snapshots.watchSnapshot({ fromRevision: 0, contentHash: '' }, keyed('client'));
    const error = new Promise((resolve) => stream.once('error', resolve));

    await expect(error).resolves.toMatchObject({ code: status.PERMISSION_DENIED });
  });
});

describe('streams', () => {
  type Stream = ClientReadableStream<assignment.WatchSnapshotResponse>;

  const restart = async (options: Partial<Parameters<typeof runAssignment>[0]>): Promise<void> => {
    snapshots.close();
    await running.close();
    running = await runAssignment({ feed, authenticator: shopKeys(), ...options });
    snapshots = new assignment.SnapshotServiceClient(running.grpcAddress, credentials.createInsecure());
  };
  const watch = (): Stream => snapshots.watchSnapshot({ fromRevision: 0, contentHash: '' }, keyed('server'));
  const isOpen = (stream: Stream): Promise<unknown> => new Promise((resolve) => stream.once('data', resolve));
  const failure = (stream: Stream): Promise<ServiceError> => new Promise((resolve) => stream.once('error', resolve));

  it('end as unauthenticated when their key is revoked', async () => {
    const tokens = new FixedStreamTokens(shopKeys(), Date.now);
    await restart({ streamTokens: tokens, streamBounds: { maxStreams: 10, keyCheckMs: 5 } });
    const stream = watch();
    const ended = failure(stream);
    await isOpen(stream);

    tokens.revoked.add('server');

    await expect(ended).resolves.toMatchObject({ code: status.UNAUTHENTICATED, details: 'Revoked.' });
  });

  it('are refused to an organization that holds all it may, until one has ended', async () => {
    await restart({ streamBounds: { maxStreams: 2, keyCheckMs: 60_000 } });
    const stream = watch().on('error', () => undefined);
    await isOpen(stream);

    const { code, metadata } = await failure(watch());
    stream.cancel();
    let next = watch();
    while (await Promise.race([failure(next), isOpen(next).then(() => undefined)])) next = watch();
    next.on('error', () => undefined).cancel();

    const [trailer] = metadata.get('grpc-status-details-bin');
    const details = rpcStatus.Status.decode(trailer as Buffer).details;
    const retry = details.find(({ typeUrl }) => typeUrl.endsWith('RetryInfo'));
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
    expect(rpcErrorDetails.RetryInfo.decode(retry?.value ?? Buffer.alloc(0)).retryDelay).toEqual({
      seconds: 5,
      nanos: 0,
    });
  });

  it('that fail unexpectedly stay opaque to the caller and are logged', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line) => lines.push(line) });
    await restart({ logger });
    feed.latest = () => Promise.reject(new TypeError('no such thing'));

    const { code, details } = await failure(watch());

    expect({ code, details }).toEqual({ code: status.INTERNAL, details: 'Internal error.' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { rpc: '/sortition.assignment.v1.SnapshotService/WatchSnapshot', err: { message: 'no such thing' } },
    ]);
  });
});
