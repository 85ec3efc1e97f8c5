import { invalidArgument } from '@sortition/declaration';

const DEFAULT_SIZE = 100;
const LARGEST_SIZE = 1_000;

/** What a store returns: at most `limit` items that follow `after`. */
export interface PageQuery {
  /** Key of the last item of the page before; undefined for the first page. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface PageRequest {
  /** 0: 100. */
  readonly size: number;
  /** Empty for the first page. */
  readonly token: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextToken: string;
}

/**
 * Reads one page.
 *
 * @param list what the list is of, for example `projects/shop/flags`; a token of another list is refused.
 * @throws DomainError INVALID_ARGUMENT naming page_size or page_token.
 */
export async function readPage<T>(
  list: string,
  request: PageRequest,
  cursorOf: (item: T) => string,
  read: (query: PageQuery) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const size = sizeOf(request.size);
  const after = request.token === '' ? undefined : cursorOfToken(request.token, list);
  // One more than asked tells whether there is a next page.
  const found = await read({ after, limit: size + 1 });
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, nextToken: last && found.length > size ? tokenOf(list, cursorOf(last)) : '' };
}

function sizeOf(size: number): number {
  if (size < 0 || size > LARGEST_SIZE) throw invalidArgument('page_size', size, `must be 0 to ${LARGEST_SIZE}`);
  return size === 0 ? DEFAULT_SIZE : size;
}

function tokenOf(list: string, cursor: string): string {
  return Buffer.from(JSON.stringify([list, cursor])).toString('base64url');
}

function cursorOfToken(token: string, list: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && parsed[0] === list && typeof parsed[1] === 'string') return parsed[1];
  } catch {
    // Not one of ours; refused like a token of another list.
  }
  throw invalidArgument('page_token', token, `must be the next_page_token of a page of "${list}"`);
}
