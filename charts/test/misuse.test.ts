import { describe, expect, it } from 'vitest';
import { refusal } from './support/helm.ts';
import { fewest, over } from './support/values.ts';

const exposures = {
  ingress: { enabled: true, hosts: [{ host: 'a.example.com' }] },
  gateway: { enabled: true, parentRefs: [{ name: 'a' }] },
};
const sentinels = { redis: { mode: 'sentinel', host: '', sentinel: { nodes: ['a'] } } };

describe('the chart', () => {
  it.each([
    ['a misspelt value', over(fewest, { replicaCuont: 3 }), /'replicaCuont' not allowed/],
    ['an absent secret', { redis: { host: 'redis' } }, /collate\.token is not given: set existingSecret/],
    ['sentinels without a master', over(fewest, sentinels), /redis\.sentinel\.masterName is empty: set it/],
    ['two exposures', over(fewest, exposures), /ingress\.enabled and gateway\.enabled are both true: choose/],
    [
      'replicas without Redis',
      over(fewest, { redis: { mode: 'none' } }),
      /redis\.mode is none, and replicaCount is 2: /,
    ],
    ['too short a grace', over(fewest, { terminationGracePeriodSeconds: 40 }), /terminationGracePeriodSeconds is 40, /],
  ])('refuses %s with a message that names the value', async (_, values, sentence) => {
    expect(await refusal(values)).toMatch(sentence);
  });
});
