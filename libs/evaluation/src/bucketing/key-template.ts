/** The hash input of a program with everything filled in but the unit. */
export interface KeyTemplate {
  /** Text before the first unit. */
  readonly prefix: string;
  /** Whether the unit comes last and only once, so that the prefix can be absorbed ahead. */
  readonly endsWithUnit: boolean;
  textOf(unit: string): string;
}

const PLACEHOLDER = /\{(salt|flag|unit)\}/g;

/** Fills in salt and flag. A placeholder inside the salt or the flag's key is plain text. */
export function keyTemplate(template: string, salt: string, flagKey: string): KeyTemplate {
  const texts: string[] = [''];
  let from = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    append(texts, template.slice(from, match.index));
    if (match[1] === 'unit') texts.push('');
    else append(texts, match[1] === 'salt' ? salt : flagKey);
    from = match.index + match[0].length;
  }
  append(texts, template.slice(from));
  const [prefix = '', suffix = ''] = texts;
  return {
    prefix,
    endsWithUnit: texts.length === 2 && suffix === '',
    textOf: texts.length === 2 ? (unit) => prefix + unit + suffix : (unit) => texts.join(unit),
  };
}

function append(texts: string[], text: string): void {
  texts.push((texts.pop() ?? '') + text);
}
