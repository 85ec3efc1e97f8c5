import type { typesExperiment } from '@sortition/contracts';
import { etagOf, freeBucketsOf, nameOf } from '@sortition/declaration';

import { defineWireForm } from './wire-form.js';

export const LAYER_WIRE = defineWireForm<'layer', typesExperiment.Layer>({
  kind: 'layer',
  needs: ['experiment'],
  readers: {
    description: { path: 'description', read: ({ description }) => description },
    salt: { path: 'salt', read: ({ salt }) => salt },
  },
  toMessage(layer, related) {
    return {
      name: nameOf(layer),
      ...layer.definition,
      freeBuckets: freeBucketsOf(related.all('experiment'), layer.key),
      etag: etagOf(layer),
      createTime: layer.createdAt,
    };
  },
});
