import { describe, expect, it } from 'vitest';
import { sentences } from './support/finding.ts';
import { refusal, render } from './support/helm.ts';
import { manifestFindings } from './support/manifests.ts';
import { ciPath, environmentOf, fewest, over } from './support/values.ts';

describe('the chart', () => {
  it.each(['existing-secret-values.yaml', 'development-values.yaml'])(
    'renders what Kubernetes takes: %s',
    async (file) => {
      const { manifests } = await render({}, { files: [ciPath(file)] });
      expect(sentences(await manifestFindings(manifests))).toEqual([]);
    },
  );

  it('hands every secret over as a file', async () => {
    const { manifests } = await render(fewest);
    expect(environmentOf(manifests)).toMatchObject({
      COLLATE_TOKEN_FILE: '/etc/scim-gateway/secrets/collate-token',
      SCIM_TOKEN_FILE: '/etc/scim-gateway/secrets/scim-token',
    });
  });

  it.each([
    ['a misspelt value', over(fewest, { replicaCuont: 3 }), /'replicaCuont' not allowed/],
    ['an absent secret', { redis: { host: 'redis' } }, /collate\.token is not given: set existingSecret/],
    [
      'sentinels without a master',
      over(fewest, { redis: { mode: 'sentinel', host: '', sentinel: { nodes: ['a'] } } }),
      /redis\.sentinel\.masterName is empty: set it/,
    ],
    [
      'two exposures',
      over(fewest, {
        ingress: { enabled: true, hosts: [{ host: 'a.example.com' }] },
        gateway: { enabled: true, parentRefs: [{ name: 'a' }] },
      }),
      /ingress\.enabled and gateway\.enabled are both true: choose/,
    ],
    [
      'replicas without Redis',
      over(fewest, { redis: { mode: 'none' } }),
      /redis\.mode is none, and replicaCount is 2: /,
    ],
    [
      'too short a grace',
      over(fewest, { terminationGracePeriodSeconds: 40 }),
      /terminationGracePeriodSeconds is 40, which is not more than/,
    ],
  ])('refuses %s by a sentence that names the value', async (_, values, sentence) => {
    expect(await refusal(values)).toMatch(sentence);
  });
});
