import { DomainError } from '@sortition/kernel';

/** A message that repeats much of a file must still fit on a screen. */
const LONGEST_MESSAGE_BYTES = 900;

/** The file or the question about it is wrong: code `INVALID_ARGUMENT`, one violation that names the option. */
export class AnalysisError extends DomainError {
  /**
   * @param option the option or argument at fault, for example `--metric`.
   * @param message one line that quotes the value and says what to do next.
   */
  constructor(option: string, message: string, options: ErrorOptions = {}) {
    const bounded = boundedMessage(message);
    super('invalid', 'INVALID_ARGUMENT', bounded, {
      ...options,
      violations: [{ field: option, description: bounded }],
    });
    this.name = 'AnalysisError';
  }
}

function boundedMessage(message: string): string {
  if (Buffer.byteLength(message) <= LONGEST_MESSAGE_BYTES) return message;
  let kept = '';
  let bytes = 0;
  for (const character of message) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_MESSAGE_BYTES) break;
    kept += character;
  }
  return `${kept}…`;
}
