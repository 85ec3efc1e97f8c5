import type { Condition } from '@sortition/evaluation';

import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { CONDITION_SCHEMA } from '../condition-schema.js';
import { TEXT_SCHEMA } from '../declared-schemas.js';
import type { SegmentDefinition } from './segment-definition.js';
import { segmentReferences } from './segment-references.js';

/** A segment as people write it. */
export interface DeclaredSegment {
  readonly description?: string;
  readonly condition: Condition;
}

declare module '../../resource.js' {
  interface Definitions {
    readonly segment: SegmentDefinition;
  }
  interface DeclaredForms {
    readonly segment: DeclaredSegment;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly segments?: readonly Keyed<'segment'>[];
  }
}

export const segment = defineResourceType<'segment'>({
  kind: 'segment',
  collection: 'segments',
  place: { as: 'list', section: 'segments' },
  isEvaluated: true,
  references: ({ condition }) => segmentReferences(condition, 'condition'),
  fields: {
    description: { declared: { description: TEXT_SCHEMA }, default: '', isUnseen: true },
    condition: { declared: { condition: CONDITION_SCHEMA } },
  },
});
