/** What is heard of an event stream. */
export interface StreamListener {
  /** A sign of life; the next follows within so many milliseconds. */
  alive(nextWithinMs: number): void;
  /** A message's data; a sign of life as well. */
  said(data: string): void;
  /** The stream was refused or has broken; it is not opened again by itself. */
  failed(): void;
}

/** Where event streams come from. */
export interface StreamSource {
  /** Opens an event stream; the returned function closes it. */
  open(address: string, listener: StreamListener): () => void;
  /** Gives up what is held between two attempts. */
  release?(): void;
  /** How long a hidden page keeps the stream, in milliseconds. Default: a short time. */
  readonly holdMs?: number;
}

/**
 * Makes a source of one stream for all pages of a browser, as far as the browser can.
 *
 * @param name the same for all pages that share.
 * @param source where the one stream comes from.
 */
export type StreamSharing = (name: string, source: StreamSource) => StreamSource;

/** How late a sign of life may be. */
const SLACK_MS = 4_000;

/** The browser's own. */
export const eventSource: StreamSource = {
  open(address, listener) {
    const source = new EventSource(address);
    source.onmessage = ({ data }) => listener.said(String(data));
    source.onerror = () => listener.failed();
    source.addEventListener('heartbeat', (event) => {
      // Seconds until the next.
      listener.alive(Number((event as MessageEvent).data) * 1_000 + SLACK_MS);
    });
    return () => source.close();
  },
};
