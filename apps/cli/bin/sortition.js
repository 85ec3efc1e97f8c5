#!/usr/bin/env -S node --max-semi-space-size=64 --initial-old-space-size=256
import { isBundleFresh } from './bundle-freshness.js';

// On Node.js 22.1 and newer what V8 compiles is kept for the next start.
(await import('node:module')).enableCompileCache?.();
await import(isBundleFresh() ? '../dist/bundle/main.js' : '../dist/main.js');
