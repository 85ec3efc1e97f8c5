/** Stands in for the browser's EventSource: opened streams are kept, and do what a test says. */
export class ScriptedEventSource {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static opened: ScriptedEventSource[] = [];

  readyState: number = ScriptedEventSource.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    ScriptedEventSource.opened.push(this);
  }

  /** The stream last opened. */
  static get last(): ScriptedEventSource {
    const last = ScriptedEventSource.opened.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
  }

  open(): void {
    this.readyState = ScriptedEventSource.OPEN;
    this.onopen?.();
  }

  say(data: object | string): void {
    this.onmessage?.({ data: typeof data === 'string' ? data : JSON.stringify(data) });
  }

  /** The connection is lost; the browser tries again by itself, or gives up. */
  fail(then: 'tries again' | 'gives up'): void {
    this.readyState = then === 'gives up' ? ScriptedEventSource.CLOSED : ScriptedEventSource.CONNECTING;
    this.onerror?.();
  }

  close(): void {
    this.readyState = ScriptedEventSource.CLOSED;
  }
}
