import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminSegments } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { SEGMENT_MAPPER } from './segment.mapper.js';
import { ResourceRpc } from './resource-rpc.js';

@Controller()
export class SegmentGrpc {
  constructor(private readonly rpc: ResourceRpc) {}

  @GrpcMethod('SegmentService', 'CreateSegment')
  async createSegment(
    @Payload() request: adminSegments.CreateSegmentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminSegments.CreateSegmentResponse> {
    const { parent, segmentId: id, segment: message, requestId } = request;
    const created = await this.rpc.create(SEGMENT_MAPPER, principal, { parent, id, message, requestId });
    return { segment: SEGMENT_MAPPER.toMessage(created) };
  }

  @GrpcMethod('SegmentService', 'GetSegment')
  async getSegment(
    @Payload() request: adminSegments.GetSegmentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminSegments.GetSegmentResponse> {
    return { segment: SEGMENT_MAPPER.toMessage(await this.rpc.get('segment', principal, request.name)) };
  }

  @GrpcMethod('SegmentService', 'ListSegments')
  async listSegments(
    @Payload() request: adminSegments.ListSegmentsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminSegments.ListSegmentsResponse> {
    const { items, nextPageToken } = await this.rpc.list(SEGMENT_MAPPER, principal, request);
    return { segments: items, nextPageToken };
  }

  @GrpcMethod('SegmentService', 'UpdateSegment')
  async updateSegment(
    @Payload() request: adminSegments.UpdateSegmentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminSegments.UpdateSegmentResponse> {
    const updated = await this.rpc.update(SEGMENT_MAPPER, principal, request.segment, request.updateMask);
    return { segment: SEGMENT_MAPPER.toMessage(updated) };
  }

  @GrpcMethod('SegmentService', 'DeleteSegment')
  async deleteSegment(
    @Payload() request: adminSegments.DeleteSegmentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminSegments.DeleteSegmentResponse> {
    await this.rpc.remove('segment', principal, request);
    return {};
  }
}
