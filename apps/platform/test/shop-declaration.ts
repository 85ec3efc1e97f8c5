/** A shop whose production and development environments differ in everything that a caller could see. */
export const SHOP_DECLARATION = {
  version: 1,
  segments: [{ key: 'secret-segment', condition: { attribute: 'email', endsWith: '@secret-domain.example' } }],
  flags: [
    {
      key: 'banner',
      type: 'boolean',
      description: 'Shows the secret-description banner.',
      variants: { off: false, on: true },
      clientVisible: true,
      environments: {
        production: { enabled: true, defaultVariant: 'on', offVariant: 'off' },
        development: { enabled: true, defaultVariant: 'off', offVariant: 'off' },
      },
    },
    {
      key: 'greeting',
      type: 'string',
      variants: { formal: 'Good day', casual: 'Hi', hidden: 'secret-value' },
      clientVisible: true,
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'formal',
          rules: [
            { key: 'secret-rule', condition: { segment: 'secret-segment' }, variant: 'hidden' },
            { key: 'swedes', condition: { attribute: 'country', equals: 'SE' }, variant: 'casual' },
          ],
        },
        development: { enabled: true, defaultVariant: 'casual' },
      },
    },
    {
      key: 'limit',
      type: 'number',
      variants: { none: 0, some: 2.5 },
      environments: { production: { enabled: true, defaultVariant: 'none' } },
    },
    {
      key: 'theme',
      type: 'object',
      variants: { dark: { background: 'black', accents: ['red', 'blue'] } },
      clientVisible: true,
      environments: { production: { enabled: true, defaultVariant: 'dark' } },
    },
    {
      key: 'split',
      type: 'string',
      variants: { a: 'A', b: 'B' },
      clientVisible: true,
      environments: {
        production: {
          enabled: true,
          rules: [{ key: 'half', split: { salt: 'secret-salt', variants: { a: 50, b: 50 } } }],
        },
      },
    },
    {
      key: 'disabled',
      type: 'boolean',
      variants: { off: false, on: true },
      clientVisible: true,
      environments: { production: { enabled: false } },
    },
  ],
} as const;
