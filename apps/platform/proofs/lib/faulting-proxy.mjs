/**
 * A proxy of HTTP/1.1 before the platform that records what passes and breaks what it is told to:
 * - `none`: nothing.
 * - `reset`: connections of event streams are reset, open ones and new ones.
 * - `refuse`: event streams are answered with 403.
 * - `silent`: event streams are answered with 200 and nothing else, and open ones hear no more.
 * - `away`: every connection is reset.
 */
import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const STREAM = '/ofrep/v1/event-stream';

export async function startFaultingProxy(platformUrl) {
  const agent = new Agent({ keepAlive: true });
  const target = new URL(platformUrl);
  const streams = new Set();
  const proxy = { fault: 'none', requests: [], opened: [], bodies: [] };

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url.split('?')[0];
    const isStream = path === STREAM;
    proxy.requests.push({ method: incoming.method, path, atMs: Date.now() });
    if (proxy.fault === 'away' || (isStream && proxy.fault === 'reset')) return incoming.socket.resetAndDestroy();
    if (isStream) proxy.opened.push(Date.now());
    if (isStream && proxy.fault === 'refuse') return outgoing.writeHead(403, cors(incoming)).end();
    if (isStream && proxy.fault === 'silent') {
      return outgoing.writeHead(200, { ...cors(incoming), 'Content-Type': 'text/event-stream' }).flushHeaders();
    }
    const { hostname, port } = target;
    const { method, url, headers } = incoming;
    const upstream = request({ agent, hostname, port, method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode, response.headers);
      if (!isStream) return response.pipe(outgoing);
      // The page may be gone already.
      if (outgoing.destroyed) return response.destroy();
      const stream = { outgoing, close: () => incoming.socket.resetAndDestroy() };
      streams.add(stream);
      outgoing.once('close', () => {
        streams.delete(stream);
        response.destroy();
      });
      response.on('data', (chunk) => proxy.fault !== 'silent' && outgoing.write(chunk));
      response.once('end', () => outgoing.end());
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.on('error', () => upstream.destroy());
    if (method === 'POST' && (path === '/v1/events' || path === '/v1/beacon')) record(incoming, proxy.bodies, path);
    incoming.pipe(upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${server.address().port}`,
    openStreams: () => streams.size,
    /** Breaks from now on; what is broken already stays so. */
    break(fault) {
      proxy.fault = fault;
      if (fault === 'reset' || fault === 'away') for (const stream of streams) stream.close();
    },
    cutStreams() {
      for (const stream of streams) stream.close();
    },
    forget() {
      proxy.requests.length = proxy.opened.length = proxy.bodies.length = 0;
    },
    count: (method, path) => proxy.requests.filter((each) => each.method === method && each.path === path).length,
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await sleep(0);
    },
  });
}

function cors({ headers }) {
  return { 'Access-Control-Allow-Origin': headers.origin ?? '*' };
}

/** Notes the events of a body. */
function record(incoming, bodies, path) {
  let text = '';
  incoming.on('data', (chunk) => (text += chunk));
  incoming.once('end', () => bodies.push({ path, bytes: text.length, events: text ? JSON.parse(text).events : [] }));
}
