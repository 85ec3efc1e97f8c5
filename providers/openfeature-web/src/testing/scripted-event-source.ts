/** Stands in for the browser's EventSource: opened streams are kept, and do what a test says. */
export class ScriptedEventSource {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static opened: ScriptedEventSource[] = [];

  readyState: number = ScriptedEventSource.CONNECTING;
  onmessage: ((event: { readonly data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  #onHeartbeat: ((event: { readonly data: string }) => void) | undefined;

  constructor(readonly url: string) {
    ScriptedEventSource.opened.push(this);
  }

  /** The stream last opened. */
  static get last(): ScriptedEventSource {
    const last = ScriptedEventSource.opened.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
  }

  addEventListener(type: string, listener: (event: { readonly data: string }) => void): void {
    if (type === 'heartbeat') this.#onHeartbeat = listener;
  }

  /** Is opened and shows a sign of life, the next of which follows in so many seconds. */
  open(nextInSeconds = 3_600): void {
    this.readyState = ScriptedEventSource.OPEN;
    this.#onHeartbeat?.({ data: String(nextInSeconds) });
  }

  say(data: object | string): void {
    this.onmessage?.({ data: typeof data === 'string' ? data : JSON.stringify(data) });
  }

  /** The connection is refused or lost. */
  fail(): void {
    this.readyState = ScriptedEventSource.CLOSED;
    this.onerror?.();
  }

  close(): void {
    this.readyState = ScriptedEventSource.CLOSED;
  }
}
