/**
 * Settles as `answer` does, or rejects at the deadline. What was asked may still be done then: whoever cannot wait for it
 * lets go of the connection that it was asked through.
 */
export async function withinDeadline<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`timeout, no answer within ${String(deadlineMs)} ms`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
