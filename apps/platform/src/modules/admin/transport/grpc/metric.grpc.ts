import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminMetrics } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { METRIC_MAPPER } from './metric.mapper.js';
import { ResourceRpc } from './resource-rpc.js';

@Controller()
export class MetricGrpc {
  constructor(private readonly rpc: ResourceRpc) {}

  @GrpcMethod('MetricService', 'CreateMetric')
  async createMetric(
    @Payload() request: adminMetrics.CreateMetricRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminMetrics.CreateMetricResponse> {
    const { parent, metricId: id, metric: message, requestId } = request;
    const created = await this.rpc.create(METRIC_MAPPER, principal, { parent, id, message, requestId });
    return { metric: METRIC_MAPPER.toMessage(created) };
  }

  @GrpcMethod('MetricService', 'GetMetric')
  async getMetric(
    @Payload() request: adminMetrics.GetMetricRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminMetrics.GetMetricResponse> {
    return { metric: METRIC_MAPPER.toMessage(await this.rpc.get('metric', principal, request.name)) };
  }

  @GrpcMethod('MetricService', 'ListMetrics')
  async listMetrics(
    @Payload() request: adminMetrics.ListMetricsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminMetrics.ListMetricsResponse> {
    const { items, nextPageToken } = await this.rpc.list(METRIC_MAPPER, principal, request);
    return { metrics: items, nextPageToken };
  }

  @GrpcMethod('MetricService', 'UpdateMetric')
  async updateMetric(
    @Payload() request: adminMetrics.UpdateMetricRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminMetrics.UpdateMetricResponse> {
    const updated = await this.rpc.update(METRIC_MAPPER, principal, request.metric, request.updateMask);
    return { metric: METRIC_MAPPER.toMessage(updated) };
  }

  @GrpcMethod('MetricService', 'DeleteMetric')
  async deleteMetric(
    @Payload() request: adminMetrics.DeleteMetricRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminMetrics.DeleteMetricResponse> {
    await this.rpc.remove('metric', principal, request);
    return {};
  }
}
