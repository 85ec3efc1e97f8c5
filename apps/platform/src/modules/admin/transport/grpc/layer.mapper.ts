import type { typesExperiment } from '@sortition/contracts';

import { etagOf, nameOf, type Resource } from '../../domain/resource.js';
import type { FieldReaders } from './field-readers.js';

export const LAYER_READERS: FieldReaders<'layer', typesExperiment.Layer> = {
  description: { path: 'description', read: ({ description }) => description },
  salt: { path: 'salt', read: ({ salt }) => salt },
};

export function layerMessage(layer: Resource<'layer'>, freeBuckets: number): typesExperiment.Layer {
  return {
    name: nameOf(layer),
    ...layer.definition,
    freeBuckets,
    etag: etagOf(layer),
    createTime: layer.createdAt,
  };
}
