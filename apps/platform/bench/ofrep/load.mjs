/** Calls one URL for some seconds. Takes its task as JSON and prints requests per second and latencies as JSON. */
import autocannon from 'autocannon';

const { url, headers, body, seconds, connections } = JSON.parse(process.argv[2]);
const result = await autocannon({ url, method: 'POST', headers, body, duration: seconds, connections });
if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors.`);
const { p50, p99 } = result.latency;
console.log(JSON.stringify({ rate: result.requests.total / result.duration, p50, p99 }));
