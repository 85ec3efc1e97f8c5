/** The parts of a server's stream that tell of its end. */
export interface EndingCall {
  readonly cancelled: boolean;
  on(event: string, listener: () => void): unknown;
}

/** Calls `listener` once when the stream is over, whoever ended it. */
export function whenCallEnds(call: EndingCall, listener: () => void): void {
  let hasEnded = false;
  const ended = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    listener();
  };
  for (const event of ['cancelled', 'close', 'error', 'finish']) call.on(event, ended);
  if (call.cancelled) ended();
}
