export { ALL_ROLES } from './runtime/config/platform-options.js';
export type { PlatformOptions, Role } from './runtime/config/platform-options.js';
export type { Platform, StartPlatform, Starter, StarterKeys } from './runtime/platform.js';
