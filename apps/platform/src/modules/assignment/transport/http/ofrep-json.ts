import { type Flag, numberTypeOf } from '@sortition/evaluation';

import { doubleText } from '../../domain/double-text.js';
import type { OfrepItem, OfrepSuccess } from './ofrep-item.js';

/** The item as JSON; a double has a fraction, by which languages that tell integers from doubles read it. */
export function ofrepJson(item: OfrepItem, flag: Flag | undefined): string {
  return 'value' in item && Number.isInteger(item.value) && flag && numberTypeOf(flag) === 'double'
    ? withDouble(item, item.value as number)
    : JSON.stringify(item);
}

/** The members in the order in which `ofrepItem` makes them, so that the same decision gives the same text. */
function withDouble({ key, reason, variant, metadata }: OfrepSuccess, value: number): string {
  const head = JSON.stringify({ key, reason }).slice(0, -1);
  const tail = JSON.stringify({ variant, metadata }).slice(1);
  return `${head},"value":${doubleText(value)}${tail === '}' ? '' : ','}${tail}`;
}
