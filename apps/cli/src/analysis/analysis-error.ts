import { DomainError } from '@sortition/kernel';

/** The file or the question about it is wrong: code `INVALID_ARGUMENT`, one violation that names the option. */
export class AnalysisError extends DomainError {
  /**
   * @param option the option or argument at fault, for example `--metric`.
   * @param message one line that quotes the value and says what to do next.
   */
  constructor(option: string, message: string, options: ErrorOptions = {}) {
    super('invalid', 'INVALID_ARGUMENT', message, {
      ...options,
      violations: [{ field: option, description: message }],
    });
    this.name = 'AnalysisError';
  }
}
