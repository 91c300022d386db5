import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Finding, sentences } from '../finding.ts';
import { type HelmMajor, type HelmRun, helm, type Manifest } from '../helm.ts';
import { type Nodes, react, withDefaults } from './controllers.ts';
import { mergePatch, strategicMergePatch } from './patch.ts';
import { decodeSecret, isProtobuf } from './protobuf.ts';
import { discovery, parseTarget, type Target } from './resources.ts';
import { asksFor } from './selectors.ts';
import { resourceOf, Store } from './store.ts';

/** The faults of a cluster. */
export interface ClusterOptions extends Partial<Nodes> {
  readonly kubernetesVersion?: string;
  readonly namespace?: string;
  /** The findings of admission: an object with findings is answered with 422. */
  readonly admission?: (object: Manifest) => Promise<readonly Finding[]>;
}

/** A request whose body has been read. */
interface ReadRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request that the cluster has answered. */
export interface ClusterCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A refusal in the form of the API server. */
class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

const HELM_RELEASE = 'helm.sh/release.v1';

/**
 * The parts of a Kubernetes API server, its controllers and its nodes that helm needs to install, wait, upgrade, test,
 * roll back and uninstall. Validation is strict: an object with findings of admission is refused.
 */
export class Cluster implements AsyncDisposable {
  readonly store = new Store();
  readonly calls: ClusterCall[] = [];
  readonly #options: ClusterOptions;
  readonly #nodes: Nodes;
  readonly #home = mkdtempSync(join(tmpdir(), 'scim-gateway-cluster-'));
  readonly #server: Server;

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.#nodes = { isReady: options.isReady ?? (() => true), endOf: options.endOf ?? (() => 'Succeeded') };
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // Helm keeps idle connections while it waits, and fails when the server closes one.
    this.#server.keepAliveTimeout = 0;
    const { namespace = 'identity' } = options;
    this.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, status: { phase: 'Active' } });
  }

  /** Starts a cluster on a free port of the loopback address. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(options);
    cluster.#server.listen(0, '127.0.0.1');
    await once(cluster.#server, 'listening');
    const address = cluster.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The cluster has no port.');
    writeFileSync(join(cluster.#home, 'kubeconfig'), kubeconfig(`http://127.0.0.1:${address.port}`));
    return cluster;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#home, { recursive: true });
  }

  /** Runs helm against this cluster, in its namespace. */
  helm(major: HelmMajor, args: readonly string[], input = ''): Promise<HelmRun> {
    const { namespace = 'identity' } = this.#options;
    const env = { HOME: this.#home, KUBECONFIG: join(this.#home, 'kubeconfig') };
    return helm(major, [...args, '--namespace', namespace], { input, env });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://cluster');
    const { method = 'GET' } = request;
    let status = 200;
    try {
      const body = await readAll(request);
      if (url.searchParams.get('watch') === 'true') this.#watch(url, response);
      else {
        const contentType = request.headers['content-type'] ?? '';
        ({ status } = await this.#respond({ method, url, contentType, body }, response));
      }
    } catch (error) {
      status = refuse(response, error);
    }
    this.calls.push({ method, path: url.pathname, status });
  }

  async #respond(
    { method, url, contentType, body }: ReadRequest,
    response: ServerResponse,
  ): Promise<{ readonly status: number }> {
    const known = method === 'GET' ? discovery(url.pathname, this.#options.kubernetesVersion ?? '1.35.0') : undefined;
    if (known) return send(response, 200, known);
    const target = parseTarget(url.pathname);
    if (!target) throw new Refusal(404, 'NotFound', `the server could not find the requested resource ${url.pathname}`);
    switch (method) {
      case 'GET':
        return target.subresource === 'log' ? sendText(response, 'ok\n') : send(response, 200, this.#read(target, url));
      case 'POST':
        return send(response, 201, await this.#create(target, readBody(body)));
      case 'PUT':
        return send(response, 200, await this.#write(target, readBody(body)));
      case 'PATCH': {
        const isNew = this.store.get(target.resource, target.namespace, target.name ?? '') === undefined;
        return send(response, isNew ? 201 : 200, await this.#patch(target, contentType, readBody(body)));
      }
      case 'DELETE':
        return send(response, 200, this.#delete(target));
      default:
        throw new Refusal(405, 'MethodNotAllowed', `${method} is not allowed here`);
    }
  }

  #find({ resource, namespace, name = '' }: Target): Manifest {
    const found = this.store.get(resource, namespace, name);
    if (!found) throw new Refusal(404, 'NotFound', `${resource.plural} "${name}" not found`);
    return found;
  }

  #read(target: Target, url: URL): unknown {
    if (target.name !== undefined) return this.#find(target);
    const { group, version, kind } = target.resource;
    return {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind: `${kind}List`,
      metadata: { resourceVersion: String(this.store.version) },
      items: this.store.list(target.resource, target.namespace).filter(asksFor(url.searchParams)),
    };
  }

  async #create(target: Target, object: Manifest): Promise<Manifest> {
    const { resource, namespace } = target;
    const { name } = object.metadata;
    if (this.store.get(resource, namespace, name))
      throw new Refusal(409, 'AlreadyExists', `${resource.plural} "${name}" already exists`);
    return this.#write({ ...target, name }, object);
  }

  async #write({ resource, namespace, name = '' }: Target, object: Manifest): Promise<Manifest> {
    const placed = resource.namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    const before = this.store.get(resource, namespace, name);
    await this.#admit(placed, before);
    const stored = this.store.put(withDefaults(placed));
    react(this.store, this.#nodes, stored);
    return this.store.get(resource, namespace, name) ?? stored;
  }

  async #admit(object: Manifest, before: Manifest | undefined): Promise<void> {
    if (object['type'] === HELM_RELEASE) return;
    const { metadata, status: _, ...rest } = object;
    const findings = (await this.#options.admission?.({ ...rest, metadata: asWritten(metadata) } as Manifest)) ?? [];
    if (findings.length > 0) throw new Refusal(422, 'Invalid', sentences(findings).join('; '));
    const selector = before?.['spec']?.selector;
    const fixed = ['Deployment', 'StatefulSet'].includes(object.kind) && selector !== undefined;
    if (fixed && JSON.stringify(selector) !== JSON.stringify(object['spec'].selector)) {
      throw new Refusal(
        422,
        'Invalid',
        `${object.kind} "${metadata.name}" is invalid: spec.selector: field is immutable`,
      );
    }
  }

  async #patch(target: Target, contentType: string, patch: Manifest): Promise<Manifest> {
    if (contentType.startsWith('application/apply-patch')) {
      const { resource, namespace, name = '' } = target;
      const status: unknown = this.store.get(resource, namespace, name)?.['status'];
      return this.#write(target, status === undefined ? patch : { ...patch, status });
    }
    const current = this.#find(target);
    const merge = contentType.startsWith('application/strategic-merge-patch') ? strategicMergePatch : mergePatch;
    return this.#write(target, merge(current, patch));
  }

  #delete(target: Target): unknown {
    this.store.remove(this.#find(target));
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  }

  #watch(url: URL, response: ServerResponse): void {
    const target = parseTarget(url.pathname);
    if (!target) throw new Refusal(404, 'NotFound', `the server could not find the requested resource ${url.pathname}`);
    const asked = asksFor(url.searchParams);
    const { resource, namespace } = target;
    // Send the head of a watch before its first event: helm waits for the head without a timeout.
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const tell = (type: string, object: unknown): void => {
      response.write(`${JSON.stringify({ type, object })}\n`);
    };
    const from = Number(url.searchParams.get('resourceVersion') || 0);
    const initial = url.searchParams.get('sendInitialEvents') === 'true';
    if (from === 0 || initial) {
      for (const object of this.store.list(resource, namespace).filter(asked)) tell('ADDED', object);
    }
    if (initial) tell('BOOKMARK', bookmark(target, this.store.version));
    const stop = this.store.follow(from === 0 || initial ? this.store.version : from, ({ type, object }) => {
      const here = resourceOf(object) === resource && (namespace === '' || object.metadata.namespace === namespace);
      if (here && asked(object)) tell(type, object);
    });
    response.on('close', stop);
  }
}

function asWritten(metadata: Manifest['metadata']): Manifest['metadata'] {
  const {
    uid: _,
    creationTimestamp: __,
    resourceVersion: ___,
    generation: ____,
    managedFields: _____,
    ...rest
  } = metadata;
  return rest;
}

function bookmark({ resource: { group, version, kind } }: Target, current: number): unknown {
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { resourceVersion: String(current), annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readBody(body: Buffer): Manifest {
  const value: unknown = isProtobuf(body) ? decodeSecret(body) : parse(body.toString('utf8'));
  return value as Manifest;
}

function send(response: ServerResponse, status: number, value: unknown): { readonly status: number } {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  return { status };
}

function sendText(response: ServerResponse, text: string): { readonly status: number } {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
  return { status: 200 };
}

function refuse(response: ServerResponse, error: unknown): number {
  const known = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error));
  send(response, known.status, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: known.message,
    reason: known.reason,
    code: known.status,
  });
  return known.status;
}
