import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminEventDefinitions } from '@sortition/contracts';
import { addressOf } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CallerGone } from '../../../../runtime/grpc/caller-gone.js';
import { EventPolicies } from '../../application/event-policies.js';
import { ListEventDefinitionVersions } from '../../application/list-event-definition-versions.js';
import { authorOf } from './author-of.js';
import { eventDefinitionMessage } from './event-definition.wire.js';
import { eventPolicyMessage, eventPolicyOf, projectOfPolicy } from './event-policy.mapper.js';
import { requiredMessage } from './required-message.js';

/** What event definitions have beyond the standard methods, and a project's one event policy. */
@Controller()
export class EventDefinitionGrpc {
  constructor(
    private readonly versions: ListEventDefinitionVersions,
    private readonly policies: EventPolicies,
  ) {}

  @GrpcMethod('EventDefinitionService', 'ListEventDefinitionVersions')
  async listEventDefinitionVersions(
    @Payload() request: adminEventDefinitions.ListEventDefinitionVersionsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminEventDefinitions.ListEventDefinitionVersionsResponse> {
    const { name, pageSize: size, pageToken: token } = request;
    const address = addressOf('eventDefinition', name);
    const page = await this.versions.execute(authorOf(principal), address, { size, token });
    const versions = page.items.map((each) => eventDefinitionMessage(each));
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
    @CallerGone() signal: AbortSignal,
  ): Promise<adminEventDefinitions.UpdateEventPolicyResponse> {
    const message = requiredMessage(request.eventPolicy, 'event_policy');
    const project = projectOfPolicy(message.name, 'event_policy.name');
    const author = authorOf(principal);
    const stored = await this.policies.set(author, project, eventPolicyOf(message), message.etag, { signal });
    return { eventPolicy: eventPolicyMessage(project, stored) };
  }
}
