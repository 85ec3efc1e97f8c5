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

/** Where the pages of a list begin and end. */
export interface Cursors<T> {
  of(item: T): string;
  /** Whether a text that a caller sent can be the cursor of an item. */
  readonly form: RegExp;
}

/** Lists in the order of keys. */
export const BY_KEY: Cursors<{ readonly key: string }> = { of: ({ key }) => key, form: /^[a-z0-9._-]{1,100}$/ };

/** Lists in the order of ids. */
export const BY_ID: Cursors<{ readonly id: string }> = {
  of: ({ id }) => id,
  form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

/**
 * Reads one page.
 *
 * @param list what the list is of, for example `projects/shop/flags`; a token of another list is refused.
 * @throws DomainError INVALID_ARGUMENT naming page_size or page_token.
 */
export async function readPage<T>(
  list: string,
  request: PageRequest,
  cursors: Cursors<NoInfer<T>>,
  read: (query: PageQuery) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const size = sizeOf(request.size);
  const after = request.token === '' ? undefined : cursorOfToken(request.token, list, cursors.form);
  // One more than asked tells whether there is a next page.
  const found = await read({ after, limit: size + 1 });
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, nextToken: last && found.length > size ? tokenOf(list, cursors.of(last)) : '' };
}

function sizeOf(size: number): number {
  if (size < 0 || size > LARGEST_SIZE) throw invalidArgument('page_size', size, `must be 0 to ${LARGEST_SIZE}`);
  return size === 0 ? DEFAULT_SIZE : size;
}

function tokenOf(list: string, cursor: string): string {
  return Buffer.from(JSON.stringify([list, cursor])).toString('base64url');
}

function cursorOfToken(token: string, list: string, form: RegExp): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && parsed[0] === list && typeof parsed[1] === 'string' && form.test(parsed[1])) {
      return parsed[1];
    }
  } catch {
    // Not one of ours; refused like a token of another list.
  }
  throw invalidArgument('page_token', token, `must be the next_page_token of a page of "${list}"`);
}
