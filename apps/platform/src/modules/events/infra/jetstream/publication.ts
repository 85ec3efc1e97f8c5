import { DomainError } from '@sortition/kernel';

/** The stream holds the message, durably. */
export interface Acknowledgement {
  readonly offset: number;
  /** The stream held a message with this id already. */
  readonly isDuplicate: boolean;
}

/** The first sending is given up when nothing was answered for this long, the second for twice as long, and so on. */
const SILENCE_MS = 2_000;

/** Messages on their way into the stream: what was answered, and what is to be sent again. */
export class Publication {
  /** By index of the message. */
  readonly acknowledged = new Map<number, Acknowledgement>();
  failure: DomainError | undefined;
  /** Resolves when every message that was sent was answered, one failed for good, or nothing was answered for too long. */
  over: Promise<void> = Promise.resolve();
  isOver = true;
  /** Counts the sendings. */
  sending = 0;
  private readonly waiting = new Set<number>();
  private silence: NodeJS.Timeout | undefined;
  private finish: () => void = () => undefined;

  /** @param size number of messages. */
  constructor(private readonly size: number) {}

  get isComplete(): boolean {
    return this.acknowledged.size === this.size;
  }

  /** Begins a sending, of the messages whose indexes are returned. */
  begin(deadlineMs: number): readonly number[] {
    this.sending += 1;
    this.waiting.clear();
    for (let index = 0; index < this.size; index += 1) if (!this.acknowledged.has(index)) this.waiting.add(index);
    this.isOver = false;
    this.over = new Promise((resolve) => (this.finish = resolve));
    const silenceMs = Math.min(SILENCE_MS * this.sending, deadlineMs - performance.now());
    this.silence = setTimeout(() => this.end(), Math.max(0, silenceMs));
    return [...this.waiting];
  }

  /**
   * Takes an answer. An acknowledgement counts whichever sending it answers: a slow server would never be done otherwise.
   *
   * @param outcome undefined: not stored for now, worth another sending.
   */
  answer(index: number, sending: number, outcome: Acknowledgement | DomainError | undefined): void {
    if (outcome instanceof DomainError) this.failure ??= outcome;
    else if (outcome) this.acknowledged.set(index, outcome);
    else if (sending !== this.sending) return;
    if (this.isOver) return;
    this.silence?.refresh();
    this.waiting.delete(index);
    if (this.waiting.size === 0 || this.failure) this.end();
  }

  private end(): void {
    this.isOver = true;
    clearTimeout(this.silence);
    this.finish();
  }
}
