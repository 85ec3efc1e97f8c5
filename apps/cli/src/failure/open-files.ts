/** Loading the platform opens some 400 files at once; connections, event streams and the warehouse need more. */
const NEEDED_OPEN_FILES = 1_024;

/** What the system says when a process has opened all the files that it may. */
const EXHAUSTED: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** How many files this process may have open, where the system has such a limit and it is below what start needs. */
export function tooFewOpenFiles(): number | undefined {
  // Otherwise it would look up the names of those that this process is connected with. Unknown to older Node.js.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
  };
  const limit = Number(report.userLimits?.open_files?.soft);
  return limit < NEEDED_OPEN_FILES ? limit : undefined;
}

/**
 * Whether a failure comes of a low limit. Node.js reports a package as missing when it may not open its files.
 *
 * @returns the limit.
 */
export function openFilesExhausted(error: unknown): number | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (EXHAUSTED.has(code) || code === 'ERR_MODULE_NOT_FOUND' || code === undefined) return tooFewOpenFiles();
  return undefined;
}

export function openFilesAdvice(limit: number): string {
  return (
    `This process may have only ${limit} files open at once, and needs ${NEEDED_OPEN_FILES}: ` +
    `raise the limit, for example with "ulimit -n 65536" before, or LimitNOFILE=65536 in a systemd unit.`
  );
}
