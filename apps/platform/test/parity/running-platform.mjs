/** The assignment role on real gRPC and HTTP servers, serving one environment. */
import { FixedKeys } from '../../dist/modules/assignment/testing/fixed-keys.js';
import { InMemorySnapshotFeed } from '../../dist/modules/assignment/testing/in-memory-snapshot-feed.js';
import { runAssignment } from '../../dist/modules/assignment/testing/running-assignment.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID } from '../../dist/modules/assignment/testing/shop-snapshot.js';

export const SERVER_KEY = `sor_server_000000000001_${'s'.repeat(43)}`;
export const CLIENT_KEY = `sor_client_000000000002_${'c'.repeat(43)}`;

export async function runPlatform(snapshot) {
  const feed = new InMemorySnapshotFeed();
  feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, snapshot);
  const principal = (kind) => ({
    organizationId: ORGANIZATION_ID,
    organization: 'acme',
    keySelector: kind,
    kind,
    environment: { id: ENVIRONMENT_ID, project: snapshot.project, environment: snapshot.environment },
  });
  return runAssignment({
    feed,
    authenticator: new FixedKeys({ [SERVER_KEY]: principal('server'), [CLIENT_KEY]: principal('client') }),
    register: (native) => {
      native.unary('/sortition.events.v1.EventsService/PublishEvents', () => ({ results: [] }));
    },
  });
}
