/**
 * A bare Fastify server that reads a JSON body and answers with the JSON object that it is told. Prints one line when
 * it serves; ends with its standard input.
 */
import fastify from 'fastify';

const answer = JSON.parse(process.argv[2]);
const app = fastify();
app.post('/echo', (_request, reply) => reply.send(answer));
console.log(JSON.stringify({ http: await app.listen({ host: '127.0.0.1', port: 0 }) }));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
