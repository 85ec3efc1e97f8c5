import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { TEXT_SCHEMA } from '../declared-schemas.js';
import type { WebhookDefinition } from './webhook-definition.js';

/** A webhook as people write it. */
export interface DeclaredWebhook {
  readonly description?: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
  readonly enabled?: boolean;
}

declare module '../../resource.js' {
  interface Definitions {
    readonly webhook: WebhookDefinition;
  }
  interface DeclaredForms {
    readonly webhook: DeclaredWebhook;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly webhooks?: readonly Keyed<'webhook'>[];
  }
}

const URL_LENGTH = 2_000;
const MOST_EVENTS = 50;
const EVENT = /^(\*|[a-zA-Z]{1,50}\.(\*|[a-zA-Z]{1,50}))$/;
/** Host and port, then path and query; whitespace, credentials and fragments are none of them. */
const WEB_URL = /^https?:\/\/(\[[0-9a-fA-F:.]+\]|[^\s/@?#:[\]\\]+)(:\d{1,5})?([/?][^\s#]*)?$/;
const SECRET_NAME = /^[a-z0-9._-]{1,100}$/;

export const webhook = defineResourceType<'webhook'>({
  kind: 'webhook',
  collection: 'webhooks',
  place: { as: 'list', section: 'webhooks' },
  isEvaluated: false,
  problems: webhookProblems,
  verbOf: (before, after) => (before.enabled === after.enabled ? undefined : after.enabled ? 'enable' : 'disable'),
  fields: {
    description: { declared: { description: TEXT_SCHEMA }, default: '' },
    url: { declared: { url: { ...TEXT_SCHEMA, description: 'For example "https://hooks.example.com/sortition".' } } },
    events: {
      declared: {
        events: {
          type: 'array',
          items: TEXT_SCHEMA,
          description: 'Changes as the audit trail names them, for example "experiments.start", "flags.*" or "*".',
        },
      },
    },
    secret: {
      declared: {
        secret: { ...TEXT_SCHEMA, description: 'Name of a secret in the file of secrets that the operator keeps.' },
      },
    },
    enabled: { declared: { enabled: { type: 'boolean' } }, default: true },
  },
});

function webhookProblems({ url, events, secret }: WebhookDefinition, at: string): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (url.length > URL_LENGTH || !WEB_URL.test(url)) {
    const rule = `must be an http or https URL of at most ${String(URL_LENGTH)} characters, without user and fragment`;
    problems.push(violationOf(`${at}.url`, url, rule));
  }
  if (events.length === 0 || events.length > MOST_EVENTS) {
    problems.push(violationOf(`${at}.events`, events, `must name 1 to ${String(MOST_EVENTS)} kinds of changes`));
  }
  events.forEach((event, index) => {
    if (EVENT.test(event)) return;
    const rule = 'must be a change as the audit trail names it, for example "flags.update", "flags.*" or "*"';
    problems.push(violationOf(`${at}.events[${String(index)}]`, event, rule));
  });
  if (!SECRET_NAME.test(secret)) {
    const rule = 'must be the name of a secret: 1 to 100 lower-case letters, digits, "-", "_" or "."';
    // Whoever writes the secret itself here must not find it in logs.
    problems.push({ field: `${at}.secret`, description: rule });
  }
  return problems;
}
