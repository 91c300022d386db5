import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderOpenApi } from '../../src/commands/openapi.ts';
import { toMarkdown } from '../../src/config/document.ts';
import { toMarkdown as toMetricsMarkdown } from '../../src/observability/catalogue/document.ts';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('a generated file', () => {
  it('openapi/scim-gateway.openapi.json is up to date; else run scim-gateway openapi --write', async () => {
    expect(await renderOpenApi()).toBe(read('openapi/scim-gateway.openapi.json'));
  });

  it('docs/metrics.md is up to date; else run scim-gateway metrics', () => {
    expect(toMetricsMarkdown()).toBe(read('docs/metrics.md'));
  });

  it('docs/configuration.md is up to date; else run scim-gateway config docs', () => {
    expect(toMarkdown()).toBe(read('docs/configuration.md'));
  });
});
