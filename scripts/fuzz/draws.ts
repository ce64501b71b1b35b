/** All that the generator draws for one block of inputs: the same seed and block give the same draws on every machine. */
import { fingerprintOf, type Random } from '../../src/core/index.ts';
import { seededRandom } from '../../src/http/seeded-random.ts';

export class Draws {
  private readonly random: Random;

  /** @param block its number; what is not drawn block by block has a name instead */
  constructor(
    seed: number,
    readonly block: number | string,
  ) {
    this.random = seededRandom(fingerprintOf(`${seed} ${block}`).low);
  }

  /** @returns a whole number in `[0, bound)` */
  below(bound: number): number {
    return this.random.below(bound);
  }

  /** Both ends included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** One of these, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (left < weight) return choice;
      left -= weight;
    }
    throw new Error('no choice has a weight');
  }

  /** @param alphabet the characters to draw from */
  text(length: number, alphabet: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet[this.below(alphabet.length)];
    return text;
  }
}
