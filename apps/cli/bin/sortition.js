#!/usr/bin/env -S node --max-semi-space-size=64 --initial-old-space-size=256
import '../dist/main.js';
