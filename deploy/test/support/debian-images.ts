import { spawnSync } from 'node:child_process';
import { makeProgramImage } from './image.ts';

/** Images of Debian's programs, in place of the published images of the same servers. */
export interface DebianImages {
  readonly redis: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** Builds the images of the servers around the gateway, once. */
export function makeDebianImages(): DebianImages {
  return {
    redis: makeProgramImage('redis', pathOf('redis-server')),
    prometheus: makeProgramImage('prometheus', pathOf('prometheus')),
    alertmanager: makeProgramImage('alertmanager', pathOf('prometheus-alertmanager')),
  };
}

function pathOf(program: string): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  if (stdout.trim() === '') throw new Error(`${program} is not on PATH: scripts/debian-packages.sh installs it`);
  return stdout.trim();
}
