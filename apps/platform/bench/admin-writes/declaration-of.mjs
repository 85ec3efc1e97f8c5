/** A declaration of plain boolean flags with a targeted split in each of two environments. */
export function declarationOf(flagCount) {
  const configuration = {
    enabled: true,
    defaultVariant: 'off',
    offVariant: 'off',
    rules: [
      {
        key: 'half',
        condition: { attribute: 'country', in: ['SE', 'NO', 'DK'] },
        split: { salt: 'bench', variants: { off: 50, on: 50 } },
      },
    ],
  };
  return {
    version: 1,
    flags: Array.from({ length: flagCount }, (_, index) => ({
      key: `flag-${index}`,
      type: 'boolean',
      variants: { off: false, on: true },
      environments: { production: configuration, development: configuration },
    })),
  };
}
