import { describe, expect, it } from 'vitest';
import { environmentCases } from './cases/environment-cases.ts';
import { monitoringCases, ruleValues } from './cases/monitoring-cases.ts';
import { networkCases } from './cases/network-cases.ts';
import { podCases } from './cases/pod-cases.ts';
import { secretCases } from './cases/secret-cases.ts';
import type { ValueCase } from './cases/value-case.ts';
import { HelmError, type Manifest, type RenderOptions, render, type Values } from './support/helm.ts';
import { at, chartValues, fewest, leaves, only, over, valueAt } from './support/values.ts';

const cases = [...environmentCases, ...secretCases, ...podCases, ...networkCases, ...monitoringCases];

/** The value at a place of an object; undefined when the object is not rendered. */
function lookUp(manifests: readonly Manifest[], { kind, name, at: place }: ValueCase): unknown {
  const found = manifests.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
  if (found === undefined || place === '') return found;
  return at(found, place);
}

async function renderedOrNothing(values: Values, options: RenderOptions): Promise<readonly Manifest[]> {
  try {
    return (await render(values, options)).manifests;
  } catch (error) {
    if (error instanceof HelmError) return [];
    throw error;
  }
}

/** Values that change the place of other values. */
const alone = /^(nameO|fullnameO|clusterDomain)/;
/** Values that affect each other, for example by the order of volumes. */
const oneOf =
  /^(replicaCount|hpa|redis|existingS|collate\.token|scim|extraCa|extraV|topologyS|podDisr|grafanaDashboard\.label|tracing|tests|openshift)/;
const mostTogether = 6;

const overlap = (one: string, other: string, separator: string): boolean =>
  one === other || one === '' || other === '' || one.startsWith(other + separator) || other.startsWith(one + separator);

function clash(one: ValueCase, other: ValueCase): boolean {
  if (alone.test(one.path) || alone.test(other.path) || (oneOf.test(one.path) && oneOf.test(other.path))) return true;
  if (overlap(one.path, other.path, '.')) return true;
  return one.kind === other.kind && one.name === other.name && overlap(one.at, other.at, ' ');
}

interface Batch {
  readonly below: Values;
  readonly options: RenderOptions;
  readonly cases: ValueCase[];
}

/** Combines a few independent values in each run of helm, since the start of helm costs more than a render. */
function together(all: readonly ValueCase[]): readonly Batch[] {
  const batches: Batch[] = [];
  for (const each of all) {
    const below = over(fewest, each.within);
    const same = JSON.stringify([below, each.options]);
    const room = batches.find(
      (batch) =>
        JSON.stringify([batch.below, batch.options]) === same &&
        batch.cases.length < mostTogether &&
        !batch.cases.some((other) => clash(each, other)),
    );
    if (room) room.cases.push(each);
    else batches.push({ below, options: each.options, cases: [each] });
  }
  return batches;
}

const batches = together(cases).map((batch, index) => ({ ...batch, index: index + 1 }));

describe.concurrent.each(batches)('values, render $index', ({ below, options, cases: tried }) => {
  const values = tried.reduce((former, { path, value }) => over(former, only(path, value)), below);

  it.each(tried)('$path = $value: $kind $at', async (each) => {
    const { manifests } = await render(values, options);
    expect(lookUp(manifests, each)).toEqual(each.is);
    expect(lookUp(await renderedOrNothing(below, options), each)).not.toEqual(each.is);
  });
});

describe('each value of the chart', () => {
  it('has a case', () => {
    const tried = cases.map(({ path }) => path);
    const untried = leaves.filter(
      (leaf) => !tried.some((path) => path === leaf || path.startsWith(`${leaf}.`) || leaf.startsWith(`${path}.`)),
    );
    expect(untried.filter((leaf) => !ruleValues.includes(leaf))).toEqual([]);
  });

  it('that is a boolean has a case with the other value', () => {
    const switches = leaves.filter((leaf) => typeof valueAt(chartValues, leaf) === 'boolean');
    const turned = cases.filter(({ path, value }) => value === !valueAt(chartValues, path)).map(({ path }) => path);
    expect(switches.filter((leaf) => !turned.includes(leaf))).toEqual([]);
  });
});
