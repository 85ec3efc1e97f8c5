import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminEventDefinitions } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { EventPolicies } from '../../application/event-policies.js';
import { ListEventDefinitionVersions } from '../../application/list-event-definition-versions.js';
import { authorOf } from './author-of.js';
import { EVENT_DEFINITION_MAPPER } from './event-definition.mapper.js';
import { eventPolicyMessage, eventPolicyOf, projectOfPolicy } from './event-policy.mapper.js';
import { requiredMessage } from './required-message.js';
import { addressOf, ResourceRpc } from './resource-rpc.js';

@Controller()
export class EventDefinitionGrpc {
  constructor(
    private readonly rpc: ResourceRpc,
    private readonly versions: ListEventDefinitionVersions,
    private readonly policies: EventPolicies,
  ) {}

  @GrpcMethod('EventDefinitionService', 'CreateEventDefinition')
  async createEventDefinition(
    @Payload() request: adminEventDefinitions.CreateEventDefinitionRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.CreateEventDefinitionResponse> {
    const { parent, eventDefinitionId: id, eventDefinition: message, requestId } = request;
    const created = await this.rpc.create(EVENT_DEFINITION_MAPPER, principal, { parent, id, message, requestId });
    return { eventDefinition: EVENT_DEFINITION_MAPPER.toMessage(created) };
  }

  @GrpcMethod('EventDefinitionService', 'GetEventDefinition')
  async getEventDefinition(
    @Payload() request: adminEventDefinitions.GetEventDefinitionRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.GetEventDefinitionResponse> {
    const found = await this.rpc.get('eventDefinition', principal, request.name);
    return { eventDefinition: EVENT_DEFINITION_MAPPER.toMessage(found) };
  }

  @GrpcMethod('EventDefinitionService', 'ListEventDefinitions')
  async listEventDefinitions(
    @Payload() request: adminEventDefinitions.ListEventDefinitionsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.ListEventDefinitionsResponse> {
    const { items, nextPageToken } = await this.rpc.list(EVENT_DEFINITION_MAPPER, principal, request);
    return { eventDefinitions: items, nextPageToken };
  }

  @GrpcMethod('EventDefinitionService', 'UpdateEventDefinition')
  async updateEventDefinition(
    @Payload() request: adminEventDefinitions.UpdateEventDefinitionRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.UpdateEventDefinitionResponse> {
    const { eventDefinition, updateMask } = request;
    const updated = await this.rpc.update(EVENT_DEFINITION_MAPPER, principal, eventDefinition, updateMask);
    return { eventDefinition: EVENT_DEFINITION_MAPPER.toMessage(updated) };
  }

  @GrpcMethod('EventDefinitionService', 'DeleteEventDefinition')
  async deleteEventDefinition(
    @Payload() request: adminEventDefinitions.DeleteEventDefinitionRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.DeleteEventDefinitionResponse> {
    await this.rpc.remove('eventDefinition', principal, request);
    return {};
  }

  @GrpcMethod('EventDefinitionService', 'ListEventDefinitionVersions')
  async listEventDefinitionVersions(
    @Payload() request: adminEventDefinitions.ListEventDefinitionVersionsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.ListEventDefinitionVersionsResponse> {
    const { name, pageSize: size, pageToken: token } = request;
    const address = addressOf('eventDefinition', name);
    const page = await this.versions.execute(authorOf(principal), address, { size, token });
    const versions = page.items.map((each) => EVENT_DEFINITION_MAPPER.toMessage(each));
    return { versions, nextPageToken: page.nextToken };
  }

  @GrpcMethod('EventDefinitionService', 'GetEventPolicy')
  async getEventPolicy(
    @Payload() request: adminEventDefinitions.GetEventPolicyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.GetEventPolicyResponse> {
    const project = projectOfPolicy(request.name, 'name');
    return { eventPolicy: eventPolicyMessage(project, await this.policies.get(authorOf(principal), project)) };
  }

  @GrpcMethod('EventDefinitionService', 'UpdateEventPolicy')
  async updateEventPolicy(
    @Payload() request: adminEventDefinitions.UpdateEventPolicyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.UpdateEventPolicyResponse> {
    const message = requiredMessage(request.eventPolicy, 'event_policy');
    const project = projectOfPolicy(message.name, 'event_policy.name');
    const stored = await this.policies.set(authorOf(principal), project, eventPolicyOf(message), message.etag);
    return { eventPolicy: eventPolicyMessage(project, stored) };
  }
}
