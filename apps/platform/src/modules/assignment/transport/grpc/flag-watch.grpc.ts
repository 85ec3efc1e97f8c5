import type { assignment } from '@sortition/contracts';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { whenCallEnds } from '../../../../runtime/grpc/when-call-ends.js';
import type { Environments } from '../../application/environments.js';
import { FlagChanges } from '../../application/flag-changes.js';
import { evaluatorOf } from '../scope-of.js';
import { FlagWatcher, type WatchFlagsCall } from './flag-watcher.js';
import type { OpenStreams } from './open-streams.js';

/** Serves AssignmentService's stream of changed flags. */
export class FlagWatchGrpc {
  private readonly changes = new FlagChanges();

  constructor(
    private readonly environments: Environments,
    private readonly streams: OpenStreams,
  ) {}

  register(registry: NativeGrpcRegistry): void {
    registry.serverStream<assignment.WatchFlagsRequest, assignment.WatchFlagsResponse>(
      '/sortition.assignment.v1.AssignmentService/WatchFlags',
      (call, principal) => this.watch(call, principal),
    );
  }

  private async watch(call: WatchFlagsCall, principal: Principal): Promise<void> {
    const { organizationId, environmentId, audience } = evaluatorOf(principal);
    const environment = await this.environments.loadNewest({ organizationId, environmentId });
    const watcher = new FlagWatcher(call, environment, this.changes, audience);
    const stop = this.environments.watch(environment, () => watcher.catchUp());
    this.streams.add(watcher);
    whenCallEnds(call, () => {
      stop();
      this.streams.delete(watcher);
    });
    watcher.start();
  }
}
