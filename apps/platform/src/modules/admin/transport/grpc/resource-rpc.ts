import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { Page } from '../../application/page.js';
import { CreateResource } from '../../application/create-resource.js';
import { DeleteResource } from '../../application/delete-resource.js';
import { GetResource } from '../../application/get-resource.js';
import { ListResources } from '../../application/list-resources.js';
import { UpdateResource } from '../../application/update-resource.js';
import { parseName, requireKey } from '../../domain/resource-name.js';
import { RESOURCE_RULES } from '../../domain/resource-rules.js';
import type { Resource, ResourceAddress, ResourceKind } from '../../domain/resource.js';
import { authorOf } from './author-of.js';
import { readChanges, readDefinition, type FieldReaders } from './field-readers.js';
import { requiredMessage } from './required-message.js';

/** How one kind of resource is read from the wire. */
export interface ResourceReader<K extends ResourceKind, Message> {
  readonly kind: K;
  readonly readers: FieldReaders<K, Message>;
}

/** How one kind of resource looks on the wire. */
export interface ResourceMapper<K extends ResourceKind, Message> extends ResourceReader<K, Message> {
  readonly toMessage: (resource: Resource<K>) => Message;
}

/** A list as every service receives it. */
export interface ListRequest {
  readonly parent: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

interface NamedMessage {
  readonly name: string;
  readonly etag: string;
}

/** A creation as every service receives it. */
export interface CreateRequest<Message> {
  readonly parent: string;
  readonly id: string;
  readonly message: Message | undefined;
  readonly requestId: string;
}

/** The standard methods (AIP-131 to 135) of every kind of resource. */
@Injectable()
export class ResourceRpc {
  constructor(
    private readonly createResource: CreateResource,
    private readonly getResource: GetResource,
    private readonly listResources: ListResources,
    private readonly updateResource: UpdateResource,
    private readonly deleteResource: DeleteResource,
  ) {}

  async create<K extends ResourceKind, Message>(
    mapper: ResourceReader<K, Message>,
    principal: Principal,
    { parent, id, message, requestId }: CreateRequest<Message>,
  ): Promise<Resource<K>> {
    const { kind, readers } = mapper;
    const { field } = RESOURCE_RULES[kind];
    const { project } = parseName('project', parent, 'parent');
    const key = requireKey(id, `${field}_id`);
    const definition = readDefinition(readers, requiredMessage(message, field));
    return this.createResource.execute(authorOf(principal), { kind, project, key, definition, requestId });
  }

  async get<K extends ResourceKind>(kind: K, principal: Principal, name: string): Promise<Resource<K>> {
    return this.getResource.execute(authorOf(principal), addressOf(kind, name));
  }

  async list<K extends ResourceKind, Message>(
    { kind, toMessage }: ResourceMapper<K, Message>,
    principal: Principal,
    request: ListRequest,
  ): Promise<{ readonly items: readonly Message[]; readonly nextPageToken: string }> {
    const page = await this.page(kind, principal, request);
    return { items: page.items.map((resource) => toMessage(resource)), nextPageToken: page.nextToken };
  }

  async page<K extends ResourceKind>(
    kind: K,
    principal: Principal,
    { parent, pageSize: size, pageToken: token }: ListRequest,
  ): Promise<Page<Resource<K>>> {
    const scope: { readonly project: string; readonly environment?: string } =
      kind === 'flagConfiguration'
        ? parseName('environment', parent, 'parent')
        : parseName('project', parent, 'parent');
    const { project, environment } = scope;
    return this.listResources.execute(authorOf(principal), { kind, project, environment, parent }, { size, token });
  }

  async update<K extends ResourceKind, Message extends NamedMessage>(
    { kind, readers }: ResourceMapper<K, Message>,
    principal: Principal,
    given: Message | undefined,
    mask: readonly string[] | undefined,
  ): Promise<Resource<K>> {
    const { field } = RESOURCE_RULES[kind];
    const message = requiredMessage(given, field);
    const address = addressOf(kind, message.name, `${field}.name`);
    const changes = readChanges(kind, readers, message, mask);
    return this.updateResource.execute(authorOf(principal), address, changes, message.etag);
  }

  async remove(kind: ResourceKind, principal: Principal, { name, etag }: NamedMessage): Promise<void> {
    await this.deleteResource.execute(authorOf(principal), addressOf(kind, name), etag);
  }
}

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function addressOf<K extends ResourceKind>(kind: K, name: string, field = 'name'): ResourceAddress<K> {
  const parts: { readonly project: string; readonly key: string; readonly environment?: string } = parseName(
    kind satisfies ResourceKind,
    name,
    field,
  );
  return { kind, project: parts.project, environment: parts.environment, key: parts.key };
}
