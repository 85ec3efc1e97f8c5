import type { Condition } from '@sortition/evaluation';
import type { typesSegment } from '@sortition/contracts';
import { etagOf, nameOf } from '@sortition/declaration';

import { requiredMessage } from './required-message.js';
import { defineWireForm } from './wire-form.js';

export const SEGMENT_WIRE = defineWireForm<'segment', typesSegment.Segment>({
  kind: 'segment',
  readers: {
    description: { path: 'description', read: ({ description }) => description },
    condition: {
      path: 'condition',
      // Conditions are open-ended on the wire; the evaluation's validation decides.
      read: ({ condition }) => requiredMessage(condition, 'segment.condition') as unknown as Condition,
    },
  },
  toMessage(segment) {
    const { description, condition } = segment.definition;
    return {
      name: nameOf(segment),
      description,
      condition: condition,
      etag: etagOf(segment),
      createTime: segment.createdAt,
      updateTime: segment.updatedAt,
    };
  },
});
