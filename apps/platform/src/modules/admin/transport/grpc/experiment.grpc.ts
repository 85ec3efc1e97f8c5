import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminExperiments } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { EndExperiment } from '../../application/end-experiment.js';
import { StartExperiment } from '../../application/start-experiment.js';
import { authorOf } from './author-of.js';
import { EXPERIMENT_MAPPER } from './experiment.mapper.js';
import { addressOf, ResourceRpc } from './resource-rpc.js';

@Controller()
export class ExperimentGrpc {
  constructor(
    private readonly rpc: ResourceRpc,
    private readonly start: StartExperiment,
    private readonly end: EndExperiment,
  ) {}

  @GrpcMethod('ExperimentService', 'CreateExperiment')
  async createExperiment(
    @Payload() request: adminExperiments.CreateExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.CreateExperimentResponse> {
    const { parent, experimentId: id, experiment: message, requestId } = request;
    const created = await this.rpc.create(EXPERIMENT_MAPPER, principal, { parent, id, message, requestId });
    return { experiment: EXPERIMENT_MAPPER.toMessage(created) };
  }

  @GrpcMethod('ExperimentService', 'GetExperiment')
  async getExperiment(
    @Payload() request: adminExperiments.GetExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.GetExperimentResponse> {
    return { experiment: EXPERIMENT_MAPPER.toMessage(await this.rpc.get('experiment', principal, request.name)) };
  }

  @GrpcMethod('ExperimentService', 'ListExperiments')
  async listExperiments(
    @Payload() request: adminExperiments.ListExperimentsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.ListExperimentsResponse> {
    const { items, nextPageToken } = await this.rpc.list(EXPERIMENT_MAPPER, principal, request);
    return { experiments: items, nextPageToken };
  }

  @GrpcMethod('ExperimentService', 'UpdateExperiment')
  async updateExperiment(
    @Payload() request: adminExperiments.UpdateExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.UpdateExperimentResponse> {
    const updated = await this.rpc.update(EXPERIMENT_MAPPER, principal, request.experiment, request.updateMask);
    return { experiment: EXPERIMENT_MAPPER.toMessage(updated) };
  }

  @GrpcMethod('ExperimentService', 'DeleteExperiment')
  async deleteExperiment(
    @Payload() request: adminExperiments.DeleteExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.DeleteExperimentResponse> {
    await this.rpc.remove('experiment', principal, request);
    return {};
  }

  @GrpcMethod('ExperimentService', 'StartExperiment')
  async startExperiment(
    @Payload() { name, etag }: adminExperiments.StartExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.StartExperimentResponse> {
    const started = await this.start.execute(authorOf(principal), addressOf('experiment', name), etag);
    return { experiment: EXPERIMENT_MAPPER.toMessage(started) };
  }

  @GrpcMethod('ExperimentService', 'EndExperiment')
  async endExperiment(
    @Payload() { name, etag }: adminExperiments.EndExperimentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminExperiments.EndExperimentResponse> {
    const ended = await this.end.execute(authorOf(principal), addressOf('experiment', name), etag);
    return { experiment: EXPERIMENT_MAPPER.toMessage(ended) };
  }
}
