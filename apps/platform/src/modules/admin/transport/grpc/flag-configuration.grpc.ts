import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminFlags } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { FLAG_CONFIGURATION_MAPPER } from './flag-configuration.mapper.js';
import { ResourceRpc } from './resource-rpc.js';

@Controller()
export class FlagConfigurationGrpc {
  constructor(private readonly rpc: ResourceRpc) {}

  @GrpcMethod('FlagService', 'GetFlagConfiguration')
  async getFlagConfiguration(
    @Payload() request: adminFlags.GetFlagConfigurationRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.GetFlagConfigurationResponse> {
    const found = await this.rpc.get('flagConfiguration', principal, request.name);
    return { flagConfiguration: FLAG_CONFIGURATION_MAPPER.toMessage(found) };
  }

  @GrpcMethod('FlagService', 'ListFlagConfigurations')
  async listFlagConfigurations(
    @Payload() request: adminFlags.ListFlagConfigurationsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.ListFlagConfigurationsResponse> {
    const { items, nextPageToken } = await this.rpc.list(FLAG_CONFIGURATION_MAPPER, principal, request);
    return { flagConfigurations: items, nextPageToken };
  }

  @GrpcMethod('FlagService', 'UpdateFlagConfiguration')
  async updateFlagConfiguration(
    @Payload() { flagConfiguration, updateMask }: adminFlags.UpdateFlagConfigurationRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminFlags.UpdateFlagConfigurationResponse> {
    const updated = await this.rpc.update(FLAG_CONFIGURATION_MAPPER, principal, flagConfiguration, updateMask);
    return { flagConfiguration: FLAG_CONFIGURATION_MAPPER.toMessage(updated) };
  }
}
