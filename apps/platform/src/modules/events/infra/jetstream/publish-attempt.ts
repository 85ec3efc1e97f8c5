import { DomainError } from '@sortition/kernel';

/** The stream holds the message, durably. */
export interface Acknowledgement {
  readonly offset: number;
  /** The stream held a message with this id already. */
  readonly isDuplicate: boolean;
}

/** An attempt is given up when nothing was answered for this long. */
const SILENCE_MS = 2_000;

/** One sending of messages and what was answered. */
export class PublishAttempt {
  /** By index of the message. */
  readonly acknowledged = new Map<number, Acknowledgement>();
  /** Resolves when every message was answered, one failed for good, or nothing was answered for too long. */
  readonly over: Promise<void>;
  failure: DomainError | undefined;
  isOver = false;
  private readonly silence: NodeJS.Timeout;
  private finish: () => void = () => undefined;

  /** @param open how many messages are sent. */
  constructor(
    private open: number,
    deadlineMs: number,
  ) {
    this.over = new Promise((resolve) => (this.finish = resolve));
    this.silence = setTimeout(() => this.end(), Math.max(0, Math.min(SILENCE_MS, deadlineMs - Date.now())));
  }

  /** @param outcome undefined: not stored for now, worth another attempt. */
  answer(index: number, outcome: Acknowledgement | DomainError | undefined): void {
    this.open -= 1;
    this.silence.refresh();
    if (outcome instanceof DomainError) this.failure = outcome;
    else if (outcome) this.acknowledged.set(index, outcome);
    if (this.open === 0 || this.failure) this.end();
  }

  private end(): void {
    this.isOver = true;
    clearTimeout(this.silence);
    this.finish();
  }
}
