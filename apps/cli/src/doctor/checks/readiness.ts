import type { Check } from '../check.js';

/** Whether the platform answers and has its database and its event log. */
export const readiness: Check = {
  name: 'readiness',
  run: ({ health, metrics, url }) => {
    if (!health) {
      return {
        status: 'trouble',
        finding: `nothing answers at ${url}/readyz`,
        next: 'Start the platform with "sortition start", or say where it listens with --http-address.',
      };
    }
    if (!health.isReady || health.database === 'down') {
      return {
        status: 'trouble',
        finding: `the platform is ${health.status}${health.database === 'down' ? ', its database does not answer' : ''}`,
        next: 'Look at the database first (disk space, connections); the platform reconnects by itself.',
      };
    }
    if (health.eventLog === 'down') {
      return {
        status: 'trouble',
        finding: `the platform is ${health.status}, its event log does not answer: no events are taken`,
        next: 'Look at NATS: that it runs with JetStream at the address in SORTITION_EVENT_LOG and has disk space; the platform reconnects by itself.',
      };
    }
    if (!metrics) {
      return {
        status: 'trouble',
        finding: `${url}/metrics does not answer with metrics`,
        next: 'Check that --http-address is the platform and no proxy in front of it that hides /metrics.',
      };
    }
    return { status: 'good', finding: `ready, roles ${health.roles.join(', ')}` };
  },
};
