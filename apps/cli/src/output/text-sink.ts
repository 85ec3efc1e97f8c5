import { printableText } from './printable.js';

/** Where a command's text goes. */
export interface TextSink {
  /** Whether a person sees it. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The one way out of a command: nothing that is written through it acts on the terminal. */
export function printableSink(sink: TextSink): TextSink {
  return {
    isTTY: sink.isTTY === true,
    write: (text) => sink.write(printableText(text)),
  };
}
