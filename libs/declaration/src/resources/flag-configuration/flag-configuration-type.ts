import type { Prerequisite, Target } from '@sortition/evaluation';
import type { FieldViolation, JsonObject } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import type { ProjectState } from '../../project/project-state.js';
import { defineResourceType } from '../../resource-type.js';
import type { Reference, Resource } from '../../resource.js';
import { KEY_SCHEMA, listSchema, objectSchema, PATH_SCHEMA, TEXT_SCHEMA } from '../declared-schemas.js';
import { segmentReferences } from '../segment/segment-references.js';
import { configuredRule, declaredRule, type DeclaredRule } from './declared-rule.js';
import { INITIAL_CONFIGURATION, withSalts, type FlagConfiguration } from './flag-configuration.js';
import { RULE_SCHEMA } from './rule-schema.js';

/** A flag's configuration in one environment, as people write it. */
export interface DeclaredConfiguration {
  readonly enabled?: boolean;
  readonly rules?: readonly DeclaredRule[];
  readonly defaultVariant?: string | null;
  readonly offVariant?: string | null;
  readonly prerequisites?: readonly Prerequisite[];
  readonly targets?: readonly Target[];
}

declare module '../flag/flag-type.js' {
  interface DeclaredFlag {
    /** By key of the environment. */
    readonly environments?: Readonly<Record<string, DeclaredConfiguration>>;
  }
}

declare module '../../resource.js' {
  interface Definitions {
    readonly flagConfiguration: FlagConfiguration;
  }
  interface DeclaredForms {
    readonly flagConfiguration: DeclaredConfiguration;
  }
}

const VARIANT_SCHEMA: JsonObject = { type: 'string', minLength: 1, description: 'Key of a variant. null clears it.' };

export const flagConfiguration = defineResourceType<'flagConfiguration'>({
  kind: 'flagConfiguration',
  collection: 'flags',
  place: { as: 'perEnvironment', of: 'flag', initial: INITIAL_CONFIGURATION },
  isEvaluated: true,
  complete: (definition, { previous, sources }) => ({
    ...definition,
    rules: withSalts(definition.rules, previous?.rules ?? [], () => sources.newSalt()),
  }),
  references: referencesOfConfiguration,
  misfits: foreignExperiments,
  isBare: ({ rules, targets, defaultVariant, offVariant }) =>
    rules.length === 0 && targets.length === 0 && defaultVariant === undefined && offVariant === undefined,
  fields: {
    enabled: { declared: { enabled: { type: 'boolean' } }, default: false },
    rules: {
      declared: { rules: listSchema(RULE_SCHEMA) },
      default: [],
      read: ({ rules = [] }, { before, state, key, at }) => {
        const variants = state.find('flag', key)?.definition.variants.map((variant) => variant.key) ?? [];
        return rules.map((rule, index) => {
          const previous = before?.rules.find((each) => each.key === rule.key);
          return configuredRule(rule, { before: previous, variants, at: `${at}.rules[${index}]` });
        });
      },
      write: (rules) => ({ rules: rules.map(declaredRule) }),
    },
    defaultVariant: { declared: { defaultVariant: VARIANT_SCHEMA }, isOptional: true },
    offVariant: { declared: { offVariant: VARIANT_SCHEMA }, isOptional: true },
    prerequisites: {
      declared: {
        prerequisites: listSchema(
          objectSchema({ flag: KEY_SCHEMA, variants: listSchema(TEXT_SCHEMA) }, ['flag', 'variants']),
        ),
      },
      default: [],
    },
    targets: {
      declared: {
        targets: listSchema(
          objectSchema({ variant: TEXT_SCHEMA, attribute: PATH_SCHEMA, units: listSchema(TEXT_SCHEMA) }, [
            'variant',
            'units',
          ]),
        ),
      },
      default: [],
    },
  },
});

function referencesOfConfiguration({ prerequisites, rules }: FlagConfiguration): readonly Reference[] {
  return [
    ...prerequisites.map(({ flag: key }, index) => ({
      kind: 'flag' as const,
      key,
      path: `prerequisites[${index}].flag`,
    })),
    ...rules.flatMap(({ condition, serve }, index): readonly Reference[] => [
      ...(condition === undefined ? [] : segmentReferences(condition, `rules[${index}].condition`)),
      ...(serve.kind === 'experiment'
        ? [{ kind: 'experiment' as const, key: serve.experiment, path: `rules[${index}].experiment` }]
        : []),
    ]),
  ];
}

/** An experiment is served by its own flag in its own environment. */
function foreignExperiments(
  state: ProjectState,
  { key, environment = '', definition }: Resource<'flagConfiguration'>,
): readonly FieldViolation[] {
  return definition.rules.flatMap(({ serve }, index) => {
    const experiment = serve.kind === 'experiment' ? state.find('experiment', serve.experiment) : undefined;
    if (!experiment) return [];
    const { flag, environment: place } = experiment.definition;
    if (flag === key && place === environment) return [];
    const reason = `must be an experiment on this flag in this environment; it is on "${flag}" in "${place}"`;
    const field = `flags.${key}.environments.${environment}.rules[${index}].experiment`;
    return [violationOf(field, experiment.key, reason)];
  });
}
