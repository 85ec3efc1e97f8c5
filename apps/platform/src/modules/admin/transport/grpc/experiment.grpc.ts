import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminExperiments } from '@sortition/contracts';
import { addressOf } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CallerGone } from '../../../../runtime/grpc/caller-gone.js';
import { EndExperiment } from '../../application/end-experiment.js';
import { StartExperiment } from '../../application/start-experiment.js';
import { authorOf } from './author-of.js';
import { experimentMessage } from './experiment.wire.js';

/** What an experiment has beyond the standard methods. */
@Controller()
export class ExperimentGrpc {
  constructor(
    private readonly start: StartExperiment,
    private readonly end: EndExperiment,
  ) {}

  @GrpcMethod('ExperimentService', 'StartExperiment')
  async startExperiment(
    @Payload() { name, etag }: adminExperiments.StartExperimentRequest,
    @CurrentPrincipal() principal: Principal,
    @CallerGone() signal: AbortSignal,
  ): Promise<adminExperiments.StartExperimentResponse> {
    const started = await this.start.execute(authorOf(principal), addressOf('experiment', name), etag, { signal });
    return { experiment: experimentMessage(started) };
  }

  @GrpcMethod('ExperimentService', 'EndExperiment')
  async endExperiment(
    @Payload() { name, etag }: adminExperiments.EndExperimentRequest,
    @CurrentPrincipal() principal: Principal,
    @CallerGone() signal: AbortSignal,
  ): Promise<adminExperiments.EndExperimentResponse> {
    const ended = await this.end.execute(authorOf(principal), addressOf('experiment', name), etag, { signal });
    return { experiment: experimentMessage(ended) };
  }
}
