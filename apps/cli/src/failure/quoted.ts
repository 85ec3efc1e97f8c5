/** Longest piece of a value that a message repeats, in characters. */
const LONGEST_VALUE = 80;
const LONGEST_PATH = 200;

/** The value in quotes, cut where it is long: what somebody else wrote must not flood a message. */
export function quoted(value: string): string {
  return cut(value, LONGEST_VALUE);
}

/** The path in quotes; of a very long one its beginning. */
export function quotedPath(path: string): string {
  return cut(path, LONGEST_PATH);
}

function cut(text: string, longest: number): string {
  const characters = Array.from(text.slice(0, 2 * longest + 2));
  return characters.length <= longest ? `"${text}"` : `"${characters.slice(0, longest).join('')}…"`;
}
