import type { CommandEnvironment } from '../config/command-environment.js';

/** `sortition start` as the last command of a script, not sent to the background. */
const ENDS_WITH_START = /\bsortition(\.js)?['"]?\s+start\b[^&;|]*$/;

/**
 * Whether npm waits for this command: in a script such as `sortition start`, or as `npx sortition start`. Between npm
 * and the command stands a shell, which does not pass on the signals that npm sends it and ends alone.
 */
export function isLaunchedByNpm({
  npm_lifecycle_event: event,
  npm_lifecycle_script: script,
}: CommandEnvironment): boolean {
  if (script === undefined) return false;
  return event === 'npx' ? /^['"]?sortition\b[^&;|]*$/.test(script) : ENDS_WITH_START.test(script);
}
