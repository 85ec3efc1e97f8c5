import { Injectable } from '@nestjs/common';
import {
  addressOf,
  fieldOf,
  requireKey,
  type Resource,
  type ResourceAddress,
  type ResourceKind,
  typeOfKind,
} from '@sortition/declaration';

import type { Principal } from '../../../../runtime/auth/principal.js';
import { CreateResource } from '../../application/create-resource.js';
import { DeleteResource } from '../../application/delete-resource.js';
import { GetResource } from '../../application/get-resource.js';
import { ListResources } from '../../application/list-resources.js';
import { ReadRelated } from '../../application/read-related.js';
import { UpdateResource } from '../../application/update-resource.js';
import { parseName } from '../../domain/resource-name.js';
import { authorOf } from './author-of.js';
import { requiredMessage } from './required-message.js';
import type { WireForm } from './wire-form.js';

/** A list as every service receives it. */
export interface ListRequest {
  readonly parent: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** A resource by name, with the etag that it must have when it is not empty. */
export interface NamedMessage {
  readonly name: string;
  readonly etag: string;
}

/** A creation as every service receives it. */
export interface CreateRequest {
  readonly parent: string;
  readonly id: string;
  readonly message: object | undefined;
  readonly requestId: string;
}

/** The standard methods (AIP-131 to 135) of every kind of resource. */
@Injectable()
export class StandardMethods {
  constructor(
    private readonly createResource: CreateResource,
    private readonly getResource: GetResource,
    private readonly listResources: ListResources,
    private readonly updateResource: UpdateResource,
    private readonly deleteResource: DeleteResource,
    private readonly readRelated: ReadRelated,
  ) {}

  async create<K extends ResourceKind>(
    form: WireForm<K>,
    principal: Principal,
    { parent, id, message, requestId }: CreateRequest,
    signal: AbortSignal,
  ): Promise<object> {
    const { kind } = form;
    const field = fieldOf(kind);
    const { project } = parseName('project', parent, 'parent');
    const key = requireKey(id, `${field}_id`);
    const definition = form.readDefinition(requiredMessage(message, field));
    const author = authorOf(principal);
    const resource = { kind, project, key, definition, requestId };
    const created = await this.createResource.execute(author, resource, { signal });
    return this.messageOf(form, principal, created);
  }

  async get<K extends ResourceKind>(form: WireForm<K>, principal: Principal, name: string): Promise<object> {
    return this.messageOf(
      form,
      principal,
      await this.getResource.execute(authorOf(principal), addressOf(form.kind, name)),
    );
  }

  async list<K extends ResourceKind>(
    form: WireForm<K>,
    principal: Principal,
    { parent, pageSize: size, pageToken: token }: ListRequest,
  ): Promise<{ readonly messages: readonly object[]; readonly nextPageToken: string }> {
    const { kind } = form;
    const scope: { readonly project: string; readonly environment?: string } =
      typeOfKind(kind).place.as === 'perEnvironment'
        ? parseName('environment', parent, 'parent')
        : parseName('project', parent, 'parent');
    const { project, environment } = scope;
    const list = { kind, project, environment, parent };
    const { items, nextToken } = await this.listResources.execute(authorOf(principal), list, { size, token });
    const related = await this.readRelated.execute(authorOf(principal), project, form.needs);
    return { messages: items.map((resource) => form.toMessage(resource, related)), nextPageToken: nextToken };
  }

  async update<K extends ResourceKind>(
    form: WireForm<K>,
    principal: Principal,
    given: (NamedMessage & object) | undefined,
    mask: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<object> {
    const field = fieldOf(form.kind);
    const message = requiredMessage(given, field);
    const address = addressOf(form.kind, message.name, `${field}.name`);
    const { changes, scope } = form.readChanges(message, mask);
    const author = authorOf(principal);
    const updated = await this.updateResource.execute(author, address, changes, message.etag, scope, { signal });
    return this.messageOf(form, principal, updated);
  }

  async remove(
    kind: ResourceKind,
    principal: Principal,
    { name, etag }: NamedMessage,
    signal: AbortSignal,
  ): Promise<void> {
    const address: ResourceAddress = addressOf(kind, name);
    await this.deleteResource.execute(authorOf(principal), address, etag, { signal });
  }

  /** A resource as its RPCs return it. */
  async messageOf<K extends ResourceKind>(
    form: WireForm<K>,
    principal: Principal,
    resource: Resource<K>,
  ): Promise<object> {
    const related = await this.readRelated.execute(authorOf(principal), resource.project, form.needs);
    return form.toMessage(resource, related);
  }
}
