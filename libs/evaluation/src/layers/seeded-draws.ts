import { absorb, murmur3After } from '../bucketing/kernels/murmur3-x86-32.js';

/**
 * Random draws that anyone can repeat from the seed: the n-th draw from `count` things is
 * `floor(murmur3_x86_32(seed + "/" + n) * count / 2^32)`, n counting from 0, seed 0, UTF-8. The bias of one draw is
 * below count / 2^32.
 */
export class SeededDraws {
  readonly #state: ReturnType<typeof absorb>;
  #drawn = 0;

  constructor(seed: string) {
    this.#state = absorb(`${seed}/`, 0);
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    const hash = murmur3After(this.#state, String(this.#drawn));
    this.#drawn += 1;
    return Math.floor((hash * count) / 0x1_0000_0000);
  }

  /** The items in random order (Fisher-Yates from the end). */
  shuffled<T>(items: readonly T[]): readonly T[] {
    const result = [...items];
    for (let left = result.length; left > 1; left -= 1) {
      const [picked] = result.splice(this.below(left), 1);
      if (picked !== undefined) result.push(picked);
    }
    return result;
  }
}
