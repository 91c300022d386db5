// Runs the gateway with a simulated Collate beside it: `npm start` does so when COLLATE_URL is not set.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const token = randomBytes(32).toString('base64url');

const simulator = spawn(
  process.execPath,
  [path('packages/collate-simulator/dist/main.js'), '--port', process.env.SIMULATOR_PORT ?? '0', '--token', token],
  { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
);
simulator.once('exit', (code, signal) => end(gateway, `The Collate simulator ended (${signal ?? code}).`));

let gateway;
for await (const line of createInterface({ input: simulator.stdout })) {
  const url = /(http:\/\/\S+)/.exec(line)?.[1];
  if (url === undefined) continue;
  console.log(
    `COLLATE_URL is not set: a simulated Collate runs at ${url} (its data is in memory and is lost on exit).`,
  );
  console.log(`Its state: ${url}/_simulator/state`);
  gateway = startGateway(url);
  break;
}
simulator.stdout.resume();

function startGateway(url) {
  const child = spawn(process.execPath, [path('services/gateway/dist/main.js'), 'serve', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, COLLATE_URL: url, COLLATE_TOKEN: token },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    simulator.removeAllListeners('exit');
    simulator.kill('SIGTERM');
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
  return child;
}

function end(child, reason) {
  console.error(reason);
  process.exitCode = 1;
  child?.kill('SIGTERM');
}
