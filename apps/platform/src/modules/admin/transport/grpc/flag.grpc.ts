import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminFlags } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { FLAG_MAPPER } from './flag.mapper.js';
import { ResourceRpc } from './resource-rpc.js';

@Controller()
export class FlagGrpc {
  constructor(private readonly rpc: ResourceRpc) {}

  @GrpcMethod('FlagService', 'CreateFlag')
  async createFlag(
    @Payload() request: adminFlags.CreateFlagRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.CreateFlagResponse> {
    const { parent, flagId: id, flag: message, requestId } = request;
    const created = await this.rpc.create(FLAG_MAPPER, principal, { parent, id, message, requestId });
    return { flag: FLAG_MAPPER.toMessage(created) };
  }

  @GrpcMethod('FlagService', 'GetFlag')
  async getFlag(
    @Payload() request: adminFlags.GetFlagRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.GetFlagResponse> {
    return { flag: FLAG_MAPPER.toMessage(await this.rpc.get('flag', principal, request.name)) };
  }

  @GrpcMethod('FlagService', 'ListFlags')
  async listFlags(
    @Payload() request: adminFlags.ListFlagsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.ListFlagsResponse> {
    const { items, nextPageToken } = await this.rpc.list(FLAG_MAPPER, principal, request);
    return { flags: items, nextPageToken };
  }

  @GrpcMethod('FlagService', 'UpdateFlag')
  async updateFlag(
    @Payload() request: adminFlags.UpdateFlagRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.UpdateFlagResponse> {
    const updated = await this.rpc.update(FLAG_MAPPER, principal, request.flag, request.updateMask);
    return { flag: FLAG_MAPPER.toMessage(updated) };
  }

  @GrpcMethod('FlagService', 'DeleteFlag')
  async deleteFlag(
    @Payload() request: adminFlags.DeleteFlagRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.DeleteFlagResponse> {
    await this.rpc.remove('flag', principal, request);
    return {};
  }
}
