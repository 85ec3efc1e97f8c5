import type { ErrorCode } from '@sortition/kernel';

/** Why one event of a batch was refused; sending it again unchanged is useless. */
export class EventRejection {
  readonly message: string;

  /**
   * @param reason stable.
   * @param field path within the event, for example `exposure.unit`.
   * @param description what is wrong; quotes the value.
   */
  constructor(
    readonly reason: Extract<ErrorCode, 'INVALID_ARGUMENT' | 'MESSAGE_TOO_LARGE'>,
    readonly field: string,
    readonly description: string,
  ) {
    this.message = `${field} ${description}.`;
  }
}

/** An invalid value in its shortest recognizable form. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonOf(value);
  return `"${text.length > 64 ? `${text.slice(0, 64)}…` : text}"`;
}

function jsonOf(value: unknown): string {
  try {
    const json = (one: unknown): string | undefined => JSON.stringify(one);
    return json(value) ?? String(value);
  } catch {
    return 'a value that is nested too deeply';
  }
}
