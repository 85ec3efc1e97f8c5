// The part of ClickHouse's HTTP interface that @clickhouse/client uses, in front of the engine in this process: what
// comes after the network is the real ClickHouse. Usage: node server.mjs <data directory>; prints its port.
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';

import { Session } from 'chdb';

const session = new Session(process.argv[2]);
// Tell nothing about the client's requests themselves.
const NOT_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'role', 'wait_end_of_query']);

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/ping') return response.end('Ok.\n');
    try {
      response.end(answer(searchParams, Buffer.concat(chunks).toString('utf8')));
    } catch (error) {
      const text = String(error.message).replace(/^.*?(?=Code: )/s, '');
      response.setHeader('X-ClickHouse-Exception-Code', /^Code: (\d+)/.exec(text)?.[1] ?? '1002');
      response.statusCode = 500;
      response.end(text);
    }
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
// The parent went away.
process.stdin.on('end', () => process.exit(0)).resume();

/** Parameters and settings become those of the session, which serves one request at a time. */
function answer(searchParams, body) {
  for (const [name, value] of searchParams) {
    if (name === 'database') session.query(`USE ${identifier(value)}`);
    else if (!NOT_SETTINGS.has(name)) session.query(`SET ${identifier(name)} = ${literal(value)}`);
  }
  const query = searchParams.get('query');
  return Buffer.from(session.query(query === null ? body : `${query}\n${body}`), 'utf8');
}

function identifier(text) {
  return `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function literal(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
