import { describe, expect, it } from 'vitest';
import { CASES } from './support/cases.ts';
import { sentences } from './support/finding.ts';
import { CHART, HELM_MAJORS, helm, render } from './support/helm.ts';
import { manifestFindings } from './support/manifests.ts';
import { KUBERNETES_MINORS, removedApiFindings } from './support/removed-apis.ts';
import { podSources } from './support/workloads.ts';

/** Kinds that a value enables, on every version that serves them. */
const ASKED_FOR = /\/spec\/trafficDistribution:/;

/** Every version for the cases that depend on it or use many features; the oldest and the newest for the others. */
const minorsFor = (name: string): readonly number[] =>
  ['defaults', 'everything', 'gateway-api'].includes(name) ? KUBERNETES_MINORS : KUBERNETES_MINORS.filter(isEnd);
const isEnd = (_: number, index: number): boolean => [0, KUBERNETES_MINORS.length - 1].includes(index);

describe.concurrent.each(CASES)('values of $name', ({ name, values, options }) => {
  it.each(HELM_MAJORS)('pass helm %d lint --strict', async (major) => {
    const files = (options.files ?? []).flatMap((file) => ['--values', file]);
    const { status, stdout, stderr } = await helm(major, ['lint', '--strict', CHART, ...files, '--values', '-'], {
      input: JSON.stringify(values),
    });
    expect(`${stdout}${stderr}`).toContain('0 chart(s) failed');
    expect(status).toBe(0);
  });

  it('render to the same bytes on helm 3 and helm 4', async () => {
    const [three, four] = await Promise.all(HELM_MAJORS.map((major) => render(values, { ...options, major })));
    expect(three?.text).toBe(four?.text);
  });

  it('render only objects that Kubernetes accepts, without null, and only restricted pods', async () => {
    const { manifests } = await render(values, options);
    expect(podSources(manifests).map(({ manifest }) => manifest.kind)).toEqual(
      expect.arrayContaining(['Deployment', 'Pod']),
    );
    expect(sentences(await manifestFindings(manifests, options))).toEqual([]);
  });

  it.each(minorsFor(name))('render only APIs that Kubernetes 1.%d serves', async (minor) => {
    const { manifests } = await render(values, { ...options, kubeVersion: `1.${minor}.0` });
    const findings = sentences(removedApiFindings(manifests, minor)).filter((sentence) => !ASKED_FOR.test(sentence));
    expect(findings).toEqual([]);
  });
});

describe('a Kubernetes older than the chart supports', () => {
  it.each(HELM_MAJORS)('is refused by helm %d', async (major) => {
    const run = await helm(major, ['template', 'gw', CHART, '--kube-version', '1.26.0']);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('chart requires kubeVersion: >=1.27.0-0');
  });
});
