export { bucketMapOf, bucketMapText } from './bucket-map.js';
export type { BucketMap, BucketMapPiece, BucketMapTotal } from './bucket-map.js';
export type { BucketRanges } from './bucket-ranges.js';
export { SLOT_SIZE } from './choose-buckets.js';
export { allocate, freeRanges, layerAllocations, rangesOf, release, resize } from './layer-allocations.js';
export type { BucketRequest, LayerAllocations, LayerHolder } from './layer-allocations.js';
