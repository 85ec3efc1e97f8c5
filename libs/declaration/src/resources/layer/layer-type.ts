import { violationOf } from '../../configuration-errors.js';
import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { SALT_SCHEMA, TEXT_SCHEMA } from '../declared-schemas.js';
import { withSalt } from '../made-salt.js';
import type { LayerDefinition } from './layer-definition.js';

/** A layer as people write it. */
export interface DeclaredLayer {
  readonly description?: string;
  readonly salt?: string;
}

declare module '../../resource.js' {
  interface Definitions {
    readonly layer: LayerDefinition;
  }
  interface DeclaredForms {
    readonly layer: DeclaredLayer;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly layers?: readonly Keyed<'layer'>[];
  }
}

export const layer = defineResourceType<'layer'>({
  kind: 'layer',
  collection: 'layers',
  place: { as: 'list', section: 'layers' },
  isEvaluated: true,
  complete: withSalt,
  problems: ({ salt }, at) => (salt.includes('/') ? [violationOf(`${at}.salt`, salt, 'must not contain "/"')] : []),
  fields: {
    description: { declared: { description: TEXT_SCHEMA }, default: '', isUnseen: true },
    salt: { declared: { salt: SALT_SCHEMA }, default: '', isFixed: true },
  },
});
