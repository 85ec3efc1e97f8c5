/** Sends one request many times. Takes its task as JSON and prints requests per second and latencies as JSON. */
import autocannon from 'autocannon';

const { url, headers, body, amount, connections } = JSON.parse(process.argv[2]);
const started = process.hrtime.bigint();
const result = await autocannon({ url, method: 'POST', headers, body, amount, connections });
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors.`);
const { p50, p99 } = result.latency;
console.log(JSON.stringify({ rate: amount / seconds, p50, p99 }));
