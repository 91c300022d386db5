/** A kind that the cluster serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const resource = (groupVersion: string, kind: string, plural: string): Resource => {
  const [version = '', group = ''] = groupVersion.split('/').reverse();
  return { group, version, kind, plural, namespaced: true };
};

/** The kinds that the cluster serves: those of Kubernetes, and those of the operators that the chart makes objects for. */
export const RESOURCES: readonly Resource[] = [
  { ...resource('v1', 'Namespace', 'namespaces'), namespaced: false },
  resource('v1', 'Pod', 'pods'),
  resource('v1', 'Service', 'services'),
  resource('v1', 'ServiceAccount', 'serviceaccounts'),
  resource('v1', 'Secret', 'secrets'),
  resource('v1', 'ConfigMap', 'configmaps'),
  resource('v1', 'Event', 'events'),
  resource('apps/v1', 'Deployment', 'deployments'),
  resource('apps/v1', 'ReplicaSet', 'replicasets'),
  resource('apps/v1', 'StatefulSet', 'statefulsets'),
  resource('batch/v1', 'Job', 'jobs'),
  resource('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  resource('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  resource('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  {
    ...resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions'),
    namespaced: false,
  },
  resource('monitoring.coreos.com/v1', 'ServiceMonitor', 'servicemonitors'),
  resource('monitoring.coreos.com/v1', 'PodMonitor', 'podmonitors'),
  resource('monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules'),
  resource('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  resource('external-secrets.io/v1', 'ExternalSecret', 'externalsecrets'),
  resource('grafana.integreatly.org/v1beta1', 'GrafanaDashboard', 'grafanadashboards'),
];

const groupVersion = ({ group, version }: Resource): string => (group === '' ? version : `${group}/${version}`);
const pathOf = (name: string): string => (name.includes('/') ? `apis/${name}` : `api/${name}`);
const VERBS: readonly string[] = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

function groupList(): unknown {
  const names = [...new Set(RESOURCES.map(({ group }) => group))].filter((name) => name !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: names.map((name) => {
      const served = RESOURCES.filter(({ group }) => group === name).map(({ version }) => version);
      const versions = [...new Set(served)].map((version) => ({ groupVersion: `${name}/${version}`, version }));
      return { name, versions, preferredVersion: versions[0] };
    }),
  };
}

function resourceList(name: string): unknown {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: name,
    resources: RESOURCES.filter((one) => groupVersion(one) === name).map(({ kind, plural, namespaced }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      kind,
      namespaced,
      verbs: VERBS,
    })),
  };
}

/** Helm reads one fact from this document: whether PATCH of a kind accepts `fieldValidation`. */
function openApi(name: string): unknown {
  const members = RESOURCES.filter((one) => groupVersion(one) === name);
  const paths = members.map(({ group, version, kind, plural, namespaced }) => [
    `/${pathOf(name)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: {},
        'x-kubernetes-group-version-kind': { group, version, kind },
      },
    },
  ]);
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1' }, paths: Object.fromEntries(paths) };
}

/** The answer on a discovery path; undefined on other paths. */
export function discovery(path: string, version: string): unknown {
  const names = [...new Set(RESOURCES.map(groupVersion))];
  const [, minor = ''] = version.split('.');
  if (path === '/version') return { major: '1', minor, gitVersion: `v${version}`, platform: 'linux/amd64' };
  if (path === '/api') return { kind: 'APIVersions', apiVersion: 'v1', versions: ['v1'] };
  if (path === '/apis') return groupList();
  if (path === '/openapi/v3') {
    return {
      paths: Object.fromEntries(
        names.map((name) => [pathOf(name), { serverRelativeURL: `/openapi/v3/${pathOf(name)}` }]),
      ),
    };
  }
  const listed = names.find((name) => path === `/${pathOf(name)}`);
  if (listed) return resourceList(listed);
  const described = names.find((name) => path === `/openapi/v3/${pathOf(name)}`);
  return described ? openApi(described) : undefined;
}

/** The parts of a path of the API. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Reads `/apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME[/SUB]]`. */
export function parseTarget(path: string): Target | undefined {
  const [root, ...rest] = path.split('/').filter((part) => part !== '');
  const group = root === 'apis' ? rest.shift() : '';
  const version = rest.shift();
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = scoped ? (rest[1] ?? '') : '';
  const [plural, name, subresource] = scoped ? rest.slice(2) : rest;
  const found = RESOURCES.find((one) => one.group === group && one.version === version && one.plural === plural);
  return found && { resource: found, namespace, name, subresource };
}
