import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { results } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { ComputeResults } from '../../application/compute-results.js';
import { GetResults } from '../../application/get-results.js';
import { resultSnapshotMessage } from './result-snapshot.mapper.js';

/** The RPCs of ResultsService. */
@Controller()
export class ResultsGrpc {
  constructor(
    @Inject(ComputeResults) private readonly compute: ComputeResults,
    @Inject(GetResults) private readonly get: GetResults,
  ) {}

  @GrpcMethod('ResultsService', 'ComputeResults')
  async computeResults(
    @Payload() request: results.ComputeResultsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<results.ComputeResultsResponse> {
    const snapshot = await this.compute.execute(principal.organizationId, request.experiment);
    return { results: resultSnapshotMessage(snapshot) };
  }

  @GrpcMethod('ResultsService', 'GetResults')
  async getResults(
    @Payload() request: results.GetResultsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<results.GetResultsResponse> {
    const snapshot = await this.get.execute(principal.organizationId, request.experiment);
    return { results: resultSnapshotMessage(snapshot) };
  }
}
