// Checks /livez on the management listener of the gateway in this container. For engines without probes.
import { get } from 'node:http';

/** An empty variable counts as unset, as everywhere in the gateway. */
const setting = (name, fallback) => process.env[name] || fallback;
const wildcards = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const host = setting('HOST', '0.0.0.0');
const port = setting('MANAGEMENT_PORT', '9090');

function end(problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

get({ host: wildcards[host] ?? host, port, path: '/livez', timeout: 2_000 }, ({ statusCode }) => {
  if (statusCode === 200) process.exit(0);
  end(`/livez on port ${port} answers ${statusCode} instead of 200`);
})
  .on('timeout', () => end(`/livez on port ${port} does not answer within 2 s`))
  .on('error', ({ message }) => end(`/livez on port ${port} cannot be asked: ${message}`));
