import type { EventDefinition, ExperimentDefinition, FlagDefinition, MetricDefinition } from '@sortition/declaration';

export const BUTTON: FlagDefinition = {
  type: 'string',
  description: 'Colour of the checkout button',
  variants: [
    { key: 'control', value: 'blue' },
    { key: 'treatment', value: 'green' },
  ],
  owner: 'team-checkout',
  tags: ['checkout'],
  lifetime: 'temporary',
  clientVisible: true,
};

export const PURCHASE_RATE: MetricDefinition = {
  description: 'Visitors who buy',
  kind: 'conversion',
  event: 'purchase',
  aggregation: 'sum',
  direction: 'increase',
};

export const PURCHASE_EVENT: EventDefinition = {
  event: 'purchase',
  description: 'Somebody bought something',
  owner: 'team-checkout',
  schema: { type: 'object', properties: { amount: { type: 'number' }, email: { type: 'string' } } },
  value: { presence: 'required' },
  requiredUnits: ['targetingKey'],
  personalData: ['email'],
  compatibility: 'backward',
};

export const GREEN_BUTTON: ExperimentDefinition = {
  hypothesis: 'Green is seen sooner',
  environment: 'production',
  flag: 'button',
  control: 'control',
  allocations: [
    { variant: 'control', weight: 500_000 },
    { variant: 'treatment', weight: 500_000 },
  ],
  metrics: [{ metric: 'purchase-rate', role: 'success' }],
  alpha: 0.05,
  salt: '',
  state: 'draft',
  phases: [],
};
