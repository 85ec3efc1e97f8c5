/** What the command `sortition` tells Node.js in its first line. Servers that it is compared with get the same. */
export const COMMAND_FLAGS = ['--max-semi-space-size=64'];
