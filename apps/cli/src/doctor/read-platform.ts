import { z } from 'zod';

import type { Examination, Health } from './check.js';
import { Metrics } from './metrics.js';

const DEADLINE_MS = 10_000;

const HEALTH = z.object({
  status: z.string(),
  roles: z.array(z.string()).default([]),
  database: z.string().optional(),
  eventLog: z.string().optional(),
  warehouse: z.string().optional(),
});

/** Reads what a platform says about itself over HTTP. What cannot be read is undefined. */
export async function readPlatform(url: string): Promise<Pick<Examination, 'url' | 'health' | 'metrics'>> {
  const [health, metrics] = await Promise.all([readHealth(url), readMetrics(url)]);
  return { url, health, metrics };
}

async function readHealth(url: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    const { status, roles, database, eventLog, warehouse } = HEALTH.parse(await response.json());
    return { isReady: response.ok, status, roles, database, eventLog, warehouse };
  } catch {
    return undefined;
  }
}

async function readMetrics(url: string): Promise<Metrics | undefined> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    return response.ok ? new Metrics(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
