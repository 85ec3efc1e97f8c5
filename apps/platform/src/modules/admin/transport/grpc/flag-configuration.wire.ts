import type { typesFlag } from '@sortition/contracts';
import { etagOf, type FlagConfiguration, nameOf } from '@sortition/declaration';

import { defineWireForm } from './wire-form.js';
import { ruleMessage, ruleOf } from './rule.wire.js';

export const FLAG_CONFIGURATION_WIRE = defineWireForm<'flagConfiguration', typesFlag.FlagConfiguration>({
  kind: 'flagConfiguration',
  readers: {
    enabled: { path: 'enabled', read: ({ enabled }) => enabled },
    rules: {
      path: 'rules',
      read: ({ rules }) => rules.map((rule, index) => ruleOf(rule, `flag_configuration.rules[${index}]`)),
    },
    defaultVariant: { path: 'default_variant', read: ({ defaultVariant }) => defaultVariant || undefined },
    offVariant: { path: 'off_variant', read: ({ offVariant }) => offVariant || undefined },
    prerequisites: { path: 'prerequisites', read: ({ prerequisites }) => prerequisites },
    targets: { path: 'targets', read: ({ targets }) => targets.map(targetOf) },
  },
  toMessage(configuration) {
    const { enabled, rules, defaultVariant = '', offVariant = '', prerequisites, targets } = configuration.definition;
    return {
      name: nameOf(configuration),
      enabled,
      rules: rules.map(ruleMessage),
      defaultVariant,
      offVariant,
      prerequisites,
      targets: targets.map(({ attribute = '', ...target }) => ({ ...target, attribute })),
      etag: etagOf(configuration),
      updateTime: configuration.updatedAt,
    };
  },
});

function targetOf({ attribute, ...target }: typesFlag.Target): FlagConfiguration['targets'][number] {
  return { ...target, ...(attribute !== '' && { attribute }) };
}
