import type { Principal } from '../../../../runtime/auth/principal.js';
import type { EndStream } from '../../../../runtime/grpc/native-grpc.js';
import { whenCallEnds } from '../../../../runtime/grpc/when-call-ends.js';
import type { Environments } from '../../application/environments.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import { evaluatorOf } from '../scope-of.js';
import type { OpenStream, OpenStreams } from '../grpc/open-streams.js';
import { type FlagdCall } from './flagd-credential.js';
import { requireFlagSet } from './flagd-flag-set.js';
import { endForShutdown, type FailingCall } from './flagd-stream-end.js';

/** A stream that follows an environment. */
export interface FollowingStream extends OpenStream {
  catchUp(): void;
}

type StreamCall = FlagdCall &
  FailingCall & { readonly cancelled: boolean; on(event: string, listener: () => void): unknown };

/** Opens flagd's streams on environments and keeps them up to date. */
export class FlagdStreams {
  constructor(
    private readonly environments: Environments,
    private readonly streams: OpenStreams,
  ) {}

  /** Makes the watcher of a call when the environment is at hand. */
  async open(
    call: StreamCall,
    principal: Principal,
    endWith: (end: EndStream) => void,
    start: (environment: LoadedEnvironment) => FollowingStream,
  ): Promise<void> {
    endWith(() => {
      endForShutdown(call);
    });
    const environment = await this.environments.loadNewest(evaluatorOf(principal));
    requireFlagSet(call, environment.state);
    if (call.cancelled) return;
    const watcher = start(environment);
    endWith(() => {
      watcher.end();
    });
    const stop = this.environments.watch(environment, () => {
      watcher.catchUp();
    });
    this.streams.add(watcher);
    whenCallEnds(call, () => {
      stop();
      this.streams.delete(watcher);
    });
  }
}
