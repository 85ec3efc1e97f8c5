export { ALL_ROLES } from './runtime/config/platform-options.js';
export type { PlatformOptions, Role } from './runtime/config/platform-options.js';
export type { Platform, Starter, StarterKeys } from './runtime/platform.js';
export { createLogger } from './runtime/telemetry/create-logger.js';
export type { LoggerOptions } from './runtime/telemetry/create-logger.js';
export { startPlatform } from './start-platform.js';
