import { formatCount } from './format-number.js';

/** A number with what it counts, for example `1 unit` or `2,000 units`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
