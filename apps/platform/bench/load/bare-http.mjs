/**
 * A bare node:http server that reads a body and answers with the headers and bytes that it is told. Prints one line when
 * it serves; ends with its standard input.
 */
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';

const headers = JSON.parse(process.argv[2]);
const answer = Buffer.from(process.argv[3]);
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ http: `http://127.0.0.1:${server.address().port}` })));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
