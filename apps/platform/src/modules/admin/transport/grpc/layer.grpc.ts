import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminLayers, typesExperiment } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CountFreeBuckets } from '../../application/count-free-buckets.js';
import { parseName } from '../../domain/resource-name.js';
import type { Resource } from '../../domain/resource.js';
import { authorOf } from './author-of.js';
import { LAYER_READERS, layerMessage } from './layer.mapper.js';
import { ResourceRpc } from './resource-rpc.js';

@Controller()
export class LayerGrpc {
  constructor(
    private readonly rpc: ResourceRpc,
    private readonly freeBuckets: CountFreeBuckets,
  ) {}

  @GrpcMethod('LayerService', 'CreateLayer')
  async createLayer(
    @Payload() { parent, layerId: id, layer: message, requestId }: adminLayers.CreateLayerRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminLayers.CreateLayerResponse> {
    const mapper = { kind: 'layer', readers: LAYER_READERS } as const;
    const created = await this.rpc.create(mapper, principal, { parent, id, message, requestId });
    return { layer: (await this.messagesOf(principal, created.project, [created]))[0] };
  }

  @GrpcMethod('LayerService', 'GetLayer')
  async getLayer(
    @Payload() request: adminLayers.GetLayerRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminLayers.GetLayerResponse> {
    const layer = await this.rpc.get('layer', principal, request.name);
    return { layer: (await this.messagesOf(principal, layer.project, [layer]))[0] };
  }

  @GrpcMethod('LayerService', 'ListLayers')
  async listLayers(
    @Payload() request: adminLayers.ListLayersRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminLayers.ListLayersResponse> {
    const { project } = parseName('project', request.parent, 'parent');
    const { items, nextToken } = await this.rpc.page('layer', principal, request);
    return { layers: await this.messagesOf(principal, project, items), nextPageToken: nextToken };
  }

  private async messagesOf(
    principal: Principal,
    project: string,
    layers: readonly Resource<'layer'>[],
  ): Promise<readonly typesExperiment.Layer[]> {
    const keys = layers.map(({ key }) => key);
    const free = await this.freeBuckets.execute(authorOf(principal), project, keys);
    return layers.map((layer) => layerMessage(layer, free.get(layer.key) ?? 0));
  }
}
