import { gatewayApi } from '../support/values.ts';
import { casesOf, on, type ValueCase } from './value-case.ts';

const service = { object: 'Service/gw-scim-gateway' };
const host = { host: 'scim.example.com' };
const ingress = { object: 'Ingress', within: { ingress: { enabled: true, hosts: [host] } } };
const parent = { name: 'public', namespace: 'gateways' };
const route = {
  object: 'HTTPRoute',
  options: gatewayApi,
  within: { gateway: { enabled: true, parentRefs: [parent] } },
};
const paths = [{ path: '/', pathType: 'Exact' }];
const policy = { object: 'NetworkPolicy/gw-scim-gateway', within: on('networkPolicy.enabled') };
const environment = { object: 'ConfigMap/gw-scim-gateway', at: 'data' };
const tracing = { endpoint: 'http://collector.tracing.svc.cluster.local:4318' };
const peer = { namespaceSelector: { matchLabels: { a: 'b' } } };
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const podsOf = (name: string) => ({
  podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'gw' } },
});
const tcp = (...ports: readonly (number | string)[]) => ports.map((port) => ({ port, protocol: 'TCP' }));
const elsewhere = { ports: tcp(443), to: [peer] };

/** Values about Services, exposures and policies. */
export const networkCases: readonly ValueCase[] = [
  ...casesOf(service, [
    ['service.type', 'NodePort', 'spec type'],
    ['service.ports.http', 80, 'spec ports 0 port'],
    ['service.clusterIP', 'None', 'spec clusterIP'],
    ['service.ipFamilyPolicy', 'PreferDualStack', 'spec ipFamilyPolicy'],
    ['service.ipFamilies', ['IPv6', 'IPv4'], 'spec ipFamilies'],
    ['service.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
    ['service.labels', { a: 'b' }, 'metadata labels a', 'b'],
  ]),
  ...casesOf({ ...service, options: { kubeVersion: '1.31.0' } }, [
    ['service.trafficDistribution', 'PreferClose', 'spec trafficDistribution'],
  ]),
  ...casesOf({ ...service, within: on('service.type', 'LoadBalancer') }, [
    ['service.nodePort', 30_080, 'spec ports 0 nodePort'],
    ['service.loadBalancerClass', 'a.example.com/b', 'spec loadBalancerClass'],
    ['service.loadBalancerSourceRanges', ['10.0.0.0/8'], 'spec loadBalancerSourceRanges'],
    ['service.externalTrafficPolicy', 'Local', 'spec externalTrafficPolicy'],
  ]),
  ...casesOf({ object: 'Service/gw-scim-gateway-management' }, [
    ['service.ports.management', 80, 'spec ports 0 port'],
    ['service.ipFamilyPolicy', 'SingleStack', 'spec ipFamilyPolicy'],
  ]),
  ...casesOf({ ...ingress, within: on('ingress.hosts', [host]) }, [
    ['ingress.enabled', true, 'spec rules 0 http paths 0 path', '/scim/v2'],
  ]),
  ...casesOf(ingress, [
    ['ingress.className', 'nginx', 'spec ingressClassName'],
    ['ingress.hosts', [{ ...host, paths }], 'spec rules 0 http paths 0 pathType', 'Exact'],
    ['ingress.tls', [{ secretName: 'a', hosts: ['b'] }], 'spec tls'],
    ['ingress.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
    ['ingress.labels', { a: 'b' }, 'metadata labels a', 'b'],
  ]),
  ...casesOf({ ...route, within: on('gateway.parentRefs', [parent]) }, [
    ['gateway.enabled', true, 'spec rules 0 matches 0 path', { type: 'PathPrefix', value: '/scim/v2' }],
  ]),
  ...casesOf(route, [
    ['gateway.parentRefs', [{ name: 'other' }], 'spec parentRefs'],
    ['gateway.hostnames', ['a.example.com'], 'spec hostnames'],
    ['gateway.path', '/identity/scim/v2', 'spec rules 0 matches 0 path value'],
    ['gateway.timeouts', { request: '30s' }, 'spec rules 0 timeouts'],
    ['gateway.filters', [{ type: 'URLRewrite' }], 'spec rules 0 filters'],
    ['gateway.annotations', { a: 'b' }, 'metadata annotations', { a: 'b' }],
    ['gateway.labels', { a: 'b' }, 'metadata labels a', 'b'],
    ['service.ports.http', 80, 'spec rules 0 backendRefs 0 port'],
  ]),
  ...casesOf({ ...environment, within: ingress.within }, [
    ['ingress.tls', [{ secretName: 'a' }], 'PUBLIC_URL', 'https://scim.example.com'],
    ['ingress.hosts', [{ host: 'b.example.com' }], 'PUBLIC_URL', 'http://b.example.com'],
    [
      'ingress.hosts',
      [{ host: '*.example.com' }],
      'PUBLIC_URL',
      'http://gw-scim-gateway.identity.svc.cluster.local:8080',
    ],
  ]),
  ...casesOf({ ...environment, within: route.within, options: gatewayApi }, [
    ['gateway.hostnames', ['a.example.com'], 'PUBLIC_URL', 'https://a.example.com'],
  ]),
  ...casesOf({ object: 'NetworkPolicy/gw-scim-gateway' }, [
    ['networkPolicy.enabled', true, 'spec policyTypes', ['Ingress', 'Egress']],
  ]),
  ...casesOf(policy, [
    ['networkPolicy.http.from', [peer], 'spec ingress 0 from', [peer, podsOf('scim-gateway-test')]],
    ['tests.enabled', false, 'spec ingress 0 from', [namespace('ingress-nginx')]],
    ['networkPolicy.management.from', [peer], 'spec ingress 1', { ports: tcp('management'), from: [peer] }],
    ['networkPolicy.management.from', [], 'spec ingress 1', undefined],
    [
      'networkPolicy.extraIngress',
      [{ ports: tcp(1), from: [peer] }],
      'spec ingress 2',
      { ports: tcp(1), from: [peer] },
    ],
    ['networkPolicy.dns.to', [peer], 'spec egress 0 to', [peer]],
    ['networkPolicy.dns.ports', [5353], 'spec egress 0 ports 1', { port: 5353, protocol: 'TCP' }],
    ['openshift.enabled', true, 'spec egress 0 to 0', namespace('openshift-dns')],
    ['collate.hostAndPort', 'http://a.data.svc:1', 'spec egress 1', { ports: tcp(1), to: [namespace('data')] }],
    [
      'collate.hostAndPort',
      'http://a.data.svc.cluster.local',
      'spec egress 1',
      { ports: tcp(80), to: [namespace('data')] },
    ],
    ['collate.hostAndPort', 'https://a.example.com', 'spec egress 1', { ports: tcp(443) }],
    ['collate.hostAndPort', 'http://10.0.0.1:8585', 'spec egress 1 to', [{ ipBlock: { cidr: '10.0.0.1/32' } }]],
    ['collate.hostAndPort', 'http://[fd00::1]:8585', 'spec egress 1 to', [{ ipBlock: { cidr: 'fd00::1/128' } }]],
    ['collate.hostAndPort', 'http://collate:8585', 'spec egress 1 to', [{ podSelector: {} }]],
    ['networkPolicy.collate.to', [peer], 'spec egress 1 to', [peer]],
    ['networkPolicy.collate.ports', [1, 2], 'spec egress 1 ports', tcp(1, 2)],
    ['redis.host', 'r-0.r.data.svc', 'spec egress 2', { ports: tcp(6379), to: [namespace('data')] }],
    ['redis.host', 'r.example.com', 'spec egress 2', { ports: tcp(6379) }],
    ['redis.port', 6380, 'spec egress 2 ports', tcp(6380)],
    ['networkPolicy.redis.to', [peer], 'spec egress 2 to', [peer]],
    ['networkPolicy.redis.ports', [1, 2], 'spec egress 2 ports', tcp(1, 2)],
    ['networkPolicy.extraEgress', [elsewhere], 'spec egress 3', elsewhere],
  ]),
  ...casesOf({ ...policy, within: { networkPolicy: { enabled: true }, tracing } }, [
    ['tracing.enabled', true, 'spec egress 3', { ports: tcp(4318), to: [namespace('tracing')] }],
  ]),
  ...casesOf({ ...policy, within: { networkPolicy: { enabled: true }, tracing: { ...tracing, enabled: true } } }, [
    ['tracing.tracesEndpoint', 'https://a.example.com/traces', 'spec egress 3', { ports: tcp(443) }],
    ['networkPolicy.tracing.to', [peer], 'spec egress 3 to', [peer]],
    ['networkPolicy.tracing.ports', [1], 'spec egress 3 ports', tcp(1)],
  ]),
  ...casesOf({ ...policy, within: { networkPolicy: { enabled: true }, redis: { host: '' } } }, [
    ['redis.mode', 'development', 'spec egress 2 to', [podsOf('scim-gateway-redis')]],
  ]),
  ...casesOf({ ...policy, within: { networkPolicy: { enabled: true }, replicaCount: 1 } }, [
    ['redis.mode', 'none', 'spec egress 2', undefined],
  ]),
  ...casesOf(
    {
      ...policy,
      within: {
        networkPolicy: { enabled: true },
        redis: { mode: 'sentinel', host: '', sentinel: { nodes: ['a.data.svc:1'], masterName: 'm' } },
      },
    },
    [
      ['redis.sentinel.nodes', ['a.data.svc:2'], 'spec egress 2', { ports: tcp(2), to: [namespace('data')] }],
      ['redis.sentinel.nodes', ['a.other.svc:1'], 'spec egress 3', { ports: tcp(6379), to: [namespace('other')] }],
      [
        'redis.sentinel.nodes',
        ['10.0.0.1'],
        'spec egress 2',
        { ports: tcp(26_379), to: [{ ipBlock: { cidr: '10.0.0.1/32' } }] },
      ],
      ['redis.port', 7, 'spec egress 3 ports', tcp(7)],
    ],
  ),
  ...casesOf(
    {
      ...policy,
      within: { networkPolicy: { enabled: true }, redis: { mode: 'cluster', host: '', cluster: { nodes: ['a:1'] } } },
    },
    [
      [
        'redis.cluster.nodes',
        ['a:1', '10.0.0.1:7'],
        'spec egress 3',
        { ports: tcp(7), to: [{ ipBlock: { cidr: '10.0.0.1/32' } }] },
      ],
      [
        'redis.cluster.nodes',
        ['[fd00::1]'],
        'spec egress 2',
        { ports: tcp(6379), to: [{ ipBlock: { cidr: 'fd00::1/128' } }] },
      ],
    ],
  ),
];
