import type { assignment } from '@sortition/contracts';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import type { Environments } from '../../application/environments.js';
import type { EnvironmentId } from '../../application/loaded-environment.js';
import { scopeOf } from '../scope-of.js';
import type { OpenStreams } from './open-streams.js';
import { SnapshotWatcher, type WatchCall } from './snapshot-watcher.js';

const NOTHING = Buffer.alloc(0);

/** Serves SnapshotService. */
export class SnapshotGrpc {
  constructor(
    private readonly environments: Environments,
    private readonly streams: OpenStreams,
  ) {}

  register(registry: NativeGrpcRegistry): void {
    registry.unary<assignment.GetSnapshotRequest, assignment.GetSnapshotResponse>(
      '/sortition.assignment.v1.SnapshotService/GetSnapshot',
      ({ request }, principal) => this.getSnapshot(request, principal),
    );
    registry.serverStream<assignment.WatchSnapshotRequest, Buffer>(
      '/sortition.assignment.v1.SnapshotService/WatchSnapshot',
      (call, principal) => this.watch(call, principal),
    );
  }

  private async getSnapshot(
    { contentHash }: assignment.GetSnapshotRequest,
    principal: Principal,
  ): Promise<assignment.GetSnapshotResponse> {
    const environment = await this.environments.loadNewest(idOf(principal));
    const { log } = environment;
    if (log.isHeldBy(log.revision, contentHash)) return { full: NOTHING, revision: log.revision, contentHash };
    const { json, revision, textHash } = await environment.wholeState();
    if (textHash === contentHash) return { full: NOTHING, revision, contentHash };
    return { full: json as Buffer, revision, contentHash: textHash };
  }

  private async watch(call: WatchCall, principal: Principal): Promise<void> {
    const environment = await this.environments.loadNewest(idOf(principal));
    const watcher = new SnapshotWatcher(call, environment);
    const stop = this.environments.watch(environment, () => watcher.catchUp());
    this.streams.add(watcher);
    watcher.onEnd(() => {
      stop();
      this.streams.delete(watcher);
    });
    watcher.start();
  }
}

function idOf(principal: Principal): EnvironmentId {
  return { organizationId: principal.organizationId, environmentId: scopeOf(principal).id };
}
