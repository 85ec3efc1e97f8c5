export { serverUser } from './server-user.js';
export type { ServerUser } from './server-user.js';
export { startEmbeddedServer } from './start-embedded-server.js';
export type { EmbeddedServer, EmbeddedServerOptions } from './start-embedded-server.js';
