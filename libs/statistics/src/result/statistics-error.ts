import { DomainError } from '@sortition/kernel';

/** An argument outside its documented domain: code `INVALID_ARGUMENT`, one violation that names the field. */
export class StatisticsError extends DomainError {
  /**
   * @param field path of the argument, for example `control.sumOfSquares`.
   * @param value what was given; quoted in the message.
   * @param requirement what would be right, worded to follow "must", for example `be a positive integer`.
   */
  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly requirement: string,
  ) {
    const description = `must ${requirement}, got ${quote(value)}`;
    super('invalid', 'INVALID_ARGUMENT', `${field} ${description}.`, { violations: [{ field, description }] });
    this.name = 'StatisticsError';
  }
}

function quote(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number' || value === undefined) return String(value);
  return JSON.stringify(value);
}
