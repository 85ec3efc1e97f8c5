export { lockFile } from './file-lock.js';
export type { FileLock } from './file-lock.js';
export { serverUser } from './server-user.js';
export type { ServerUser } from './server-user.js';
export { startEmbeddedServer } from './start-embedded-server.js';
export type { EmbeddedServer, EmbeddedServerOptions } from './start-embedded-server.js';
