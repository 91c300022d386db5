import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findingsOf, parseDockerfile } from './support/dockerfile.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const dockerfile = read('deploy/Dockerfile');

/** A violation of the policies, and the expected finding. */
const spoilt: readonly (readonly [string, string, string])[] = [
  ['USER 65532:65532\nEXPOSE', 'EXPOSE', 'the last stage runs as root'],
  ['USER 65532:65532\nEXPOSE', 'USER nonroot\nEXPOSE', 'the last stage runs as nonroot'],
  ['USER 65532:65532\nEXPOSE', 'USER 0:0\nEXPOSE', 'the last stage runs as 0:0'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an argument of the Dockerfile
  ['FROM ${RUNTIME_IMAGE} AS gateway', 'FROM node:24 AS gateway', 'the base of stage gateway is no argument'],
  [/(nonroot)@sha256:\w+/.exec(dockerfile)?.[0] ?? '', 'nonroot', 'RUNTIME_IMAGE is not pinned by a digest'],
  ['ENTRYPOINT ["/nodejs/bin/node", "/app', 'ENTRYPOINT /nodejs/bin/node ["/app', 'ENTRYPOINT is not in exec form'],
  ['CMD ["serve"]', 'CMD serve', 'CMD is not in exec form'],
  ['HEALTHCHECK', 'LABEL', 'there is no HEALTHCHECK in exec form'],
  ['STOPSIGNAL SIGTERM\nHEALTH', 'STOPSIGNAL SIGKILL\nHEALTH', 'STOPSIGNAL is not SIGTERM'],
  ['CMD ["serve"]', 'CMD ["serve"]\nRUN id', 'the last stage runs commands'],
  ['COPY . .', 'ADD https://example.com/x .', 'ADD https://example.com/x .: COPY is explicit'],
  ['COPY . .', 'COPY --link . .', 'COPY --link is not supported by every builder'],
  ['RUN pnpm fetch', 'RUN <<EOF pnpm fetch', 'a here-document is not supported by every builder'],
  ['ENV CI=true', 'ENV COLLATE_TOKEN=x', 'ENV COLLATE_TOKEN=x: a secret would stay in the image'],
];

describe('the Dockerfile', () => {
  it('violates no policy', () => {
    expect(findingsOf(dockerfile)).toEqual([]);
  });

  it.each(spoilt)('is refused when %j becomes %j', (text, replacement, finding) => {
    expect(dockerfile).toContain(text);
    expect(findingsOf(dockerfile.replace(text, () => replacement))).toContain(finding);
  });

  it('copies only the deployed gateway into the image, without a simulator', () => {
    const { stages } = parseDockerfile(dockerfile);
    const copies = stages.at(-1)?.instructions.filter(({ name }) => name === 'COPY');
    expect(copies?.map(({ value }) => value)).toEqual(['--from=gateway-build --chown=0:0 /out /app']);
    const build = stages.find(({ name }) => name === 'gateway-build');
    expect(build?.from).toBe('build');
    expect(JSON.stringify(build?.instructions)).not.toContain('simulator');
  });

  it('has the version of the product', () => {
    expect(dockerfile).toContain(`ARG VERSION=${JSON.parse(read('services/gateway/package.json')).version}\n`);
  });
});

describe('.dockerignore', () => {
  it('excludes everything except the named paths', () => {
    const lines = read('.dockerignore').split('\n');
    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    expect(lines).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/test', '**/.env*']));
    expect(lines.filter((line) => /^!(\.git|\.env|scripts|charts)/.test(line))).toEqual([]);
  });
});
