import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type HelmMajor, helmBinary } from './helm-binary.ts';

export { HELM_MAJORS, type HelmMajor } from './helm-binary.ts';

/** The chart under test. */
export const CHART = join(import.meta.dirname, '..', '..', 'scim-gateway');

/** A Kubernetes object as helm rendered it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    // biome-ignore lint/suspicious/noExplicitAny: see below.
    readonly [field: string]: any;
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field, and fails when the template did not render it.
  readonly [field: string]: any;
}

/** The result of one call of helm. */
export interface HelmRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A chart that helm refused to render; the message is helm's own. */
export class HelmError extends Error {
  override readonly name = 'HelmError';
}

/** The options of a render, besides the values. */
export interface RenderOptions {
  readonly major?: HelmMajor;
  /** The chart's folder; ours by default. */
  readonly chart?: string;
  readonly release?: string;
  readonly namespace?: string;
  /** Values files, read before `values`. */
  readonly files?: readonly string[];
  /** The Kubernetes version that templates see, such as `1.27.0`. */
  readonly kubeVersion?: string;
  /** APIs beyond Kubernetes' own, such as `monitoring.coreos.com/v1/ServiceMonitor`. */
  readonly apiVersions?: readonly string[];
}

/** One render: helm's text, byte by byte, and the objects in it. */
export interface Rendered {
  readonly text: string;
  readonly manifests: readonly Manifest[];
}

/** Values as a user writes them. They are passed as a file, which keeps their types. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs helm without this machine's configuration of helm and Kubernetes. */
export function helm(
  major: HelmMajor,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<HelmRun> {
  const home = join(tmpdir(), `scim-gateway-helm-${major}`);
  const { PATH = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(helmBinary(major), args, {
      env: { PATH, HOME: home, KUBECONFIG: join(home, 'no-kubeconfig'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? -1, stdout, stderr }));
    // Helm may exit before it has read its input; its message is then in stderr.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'metadata' in value;
}

const templates = new WeakMap<Manifest, string>();

/** The template that rendered an object, for example `scim-gateway/templates/service.yaml`. */
export function templateOf(manifest: Manifest): string | undefined {
  return templates.get(manifest);
}

/** The objects in a stream of YAML documents, without empty documents. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document): Manifest[] => {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) throw new Error(`The chart rendered invalid YAML: ${problem.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (!isManifest(value))
      throw new Error(`The chart rendered a document that is not a Kubernetes object: ${JSON.stringify(value)}`);
    const template = /^ Source: (.+)$/m.exec(document.commentBefore ?? document.contents?.commentBefore ?? '')?.[1];
    if (template) templates.set(value, template);
    return [value];
  });
}

function chartDigest(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isFile()) hash.update(entry).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function templateArgs(command: readonly string[], options: RenderOptions): readonly string[] {
  const { chart = CHART, release = 'gw', namespace = 'identity', files = [] } = options;
  return [
    ...command,
    release,
    chart,
    '--namespace',
    namespace,
    ...files.flatMap((file) => ['--values', file]),
    '--values',
    '-',
    ...(options.kubeVersion ? ['--kube-version', options.kubeVersion] : []),
    ...(options.apiVersions ?? []).flatMap((api) => ['--api-versions', api]),
  ];
}

async function run(args: readonly string[], values: Values, major: HelmMajor): Promise<string> {
  const { status, stdout, stderr } = await helm(major, args, { input: JSON.stringify(values) });
  if (status !== 0) throw new HelmError(stderr.trim());
  return stdout;
}

const renders = new Map<string, Promise<Rendered>>();

/** Renders the chart, tests included. The same chart, values and options are rendered once per process. @throws HelmError */
export function render(values: Values = {}, options: RenderOptions = {}): Promise<Rendered> {
  const { major = 4, chart = CHART, files = [] } = options;
  const read = files.map((file) => readFileSync(file, 'utf8'));
  const key = JSON.stringify([major, chartDigest(chart), options, read, values]);
  const known = renders.get(key);
  if (known) return known;
  const rendered = run(templateArgs(['template'], options), values, major).then((text) => ({
    text,
    manifests: parseManifests(text),
  }));
  renders.set(key, rendered);
  return rendered;
}

/** Helm's message when it refuses these values. @throws Error when it does not refuse them */
export async function refusal(values: Values, options: RenderOptions = {}): Promise<string> {
  try {
    await render(values, options);
  } catch (error) {
    if (error instanceof HelmError) return error.message;
    throw error;
  }
  throw new Error(`helm rendered values that it should refuse: ${JSON.stringify(values)}`);
}

/** The text of NOTES.txt after an installation with these values. @throws HelmError */
export async function notes(values: Values = {}, options: RenderOptions = {}): Promise<string> {
  const { kubeVersion: _, apiVersions: __, ...rest } = options;
  const text = await run(templateArgs(['install', '--dry-run=client'], rest), values, options.major ?? 4);
  const start = text.indexOf('\nNOTES:\n');
  if (start < 0) throw new Error('The chart has no NOTES.txt.');
  return text.slice(start + '\nNOTES:\n'.length);
}
