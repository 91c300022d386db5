import { accessSync, constants, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseSecret, type SecretSource } from '../secrets/secret.ts';
import type { CollateConfig, Config } from './config.ts';
import { describeAccepted, parseValue } from './parse-value.ts';
import { toProvisioningSettings } from './provisioning-settings.ts';
import { checkRedis, type RedisSecretName, toRedisConfig } from './redis-config.ts';
import { parseRememberedAttributes } from './remembered-attributes.ts';
import { toTracingConfig } from './tracing-config.ts';
import type { Variable } from './variable.ts';
import { type Values, variables } from './variables.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment is not a valid configuration. The message names every problem and what the variable must be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n- ${problems.join('\n- ')}`,
    );
    this.problems = problems;
  }
}

/**
 * Reads the configuration from environment variables. Ignores unknown variables; an empty variable counts as not set.
 *
 * @throws ConfigError with all problems at once; it never contains the value of a secret.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const { values, secrets } = readVariables(environment, problems);
  checkRequired(environment, values, problems);
  checkTogether(values, problems);
  // Skip the cross-checks while a REDIS_ variable is itself invalid.
  if (!problems.some((problem) => problem.startsWith('REDIS_')))
    checkRedis(values, secrets, (problem) => problems.push(problem));
  const rememberedAttributes = parseRememberedAttributes(values.REMEMBERED_ATTRIBUTES, (problem) =>
    problems.push(`REMEMBERED_ATTRIBUTES ${problem}`),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(toConfig({ ...values, REMEMBERED_ATTRIBUTES: [...rememberedAttributes] }, secrets));
}

/**
 * Reads the configuration of a command that brings a credential of its own: COLLATE_TOKEN may be absent.
 *
 * @throws ConfigError as {@link loadConfig}.
 */
export function loadConfigWithoutToken(environment: Environment = process.env): Config {
  return loadConfig({ ...environment, ACCEPT_COLLATE_BOT_TOKEN: 'true' });
}

type SecretName = 'COLLATE_TOKEN' | 'SCIM_TOKEN' | 'OTEL_EXPORTER_OTLP_HEADERS' | RedisSecretName;
type Secrets = Readonly<Partial<Record<SecretName, SecretSource>>>;

function readVariables(environment: Environment, problems: string[]): { values: Values; secrets: Secrets } {
  const values: Record<string, unknown> = {};
  const secrets: Record<string, SecretSource> = {};
  for (const [name, variable] of Object.entries<Variable>(variables)) {
    if (variable.secret === true) {
      const source = readSecret(name, variable, environment, problems);
      if (source !== undefined) secrets[name] = source;
    } else {
      values[name] = readPlain(name, variable, environment, problems);
    }
  }
  return { values: values as Values, secrets };
}

function readPlain(name: string, variable: Variable, environment: Environment, problems: string[]): unknown {
  const text = environment[name]?.trim();
  if (text === undefined || text === '') return variable.default;
  const value = parseValue(text, variable);
  if (value === undefined)
    problems.push(`${name} is "${withoutCredentials(text)}"; it must be ${describeAccepted(variable)}.`);
  return value ?? variable.default;
}

/** Removes user and password from the text of an invalid URL. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@');
}

function readSecret(
  name: string,
  variable: Variable,
  environment: Environment,
  problems: string[],
): SecretSource | undefined {
  const value = environment[name]?.trim() ?? '';
  const path = environment[`${name}_FILE`]?.trim() ?? '';
  const accepted = describeAccepted(variable);
  if (value !== '' && path !== '') {
    problems.push(`${name} and ${name}_FILE are both set; remove one of them.`);
    return undefined;
  }
  if (path !== '') {
    const problem = findSecretFileProblem(path, variable);
    if (problem !== undefined)
      problems.push(`${name}_FILE is "${path}": ${problem}; it must be a file that contains ${accepted}.`);
    return { kind: 'file', path };
  }
  if (value === '') return undefined;
  if (parseValue(value, variable) === undefined)
    problems.push(`${name} is invalid (not shown); it must be ${accepted}.`);
  return { kind: 'value', value };
}

function findSecretFileProblem(path: string, variable: Variable): string | undefined {
  try {
    const secret = parseSecret(readFileSync(path, 'utf8'));
    return parseValue(secret, variable) === undefined ? 'its content is invalid (not shown)' : undefined;
  } catch (error) {
    // The problem is reported with the others.
    return describeFileError(error);
  }
}

function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EACCES') return 'the gateway may not read the file';
  if (code === 'EISDIR') return 'it is a folder';
  return 'the file is empty or cannot be read';
}

function checkRequired(environment: Environment, values: Values, problems: string[]): void {
  const isSet = (name: string) => (environment[name]?.trim() ?? '') !== '';
  if (!isSet('COLLATE_URL')) problems.push('COLLATE_URL is not set; it must be the URL of Collate, without /api.');
  if (!isSet('COLLATE_TOKEN') && !isSet('COLLATE_TOKEN_FILE') && !values.ACCEPT_COLLATE_BOT_TOKEN) {
    problems.push("COLLATE_TOKEN is not set; set it to a Collate bot's JWT, or set ACCEPT_COLLATE_BOT_TOKEN=true.");
  }
}

/** Checks variables that depend on each other, and the files that they name. */
function checkTogether(values: Values, problems: string[]): void {
  if (values.PAGE_DEFAULT > values.PAGE_MAX) {
    problems.push(`PAGE_DEFAULT is ${values.PAGE_DEFAULT}; it must be at most PAGE_MAX, ${values.PAGE_MAX}.`);
  }
  if (values.PORT === values.MANAGEMENT_PORT && values.PORT !== 0) {
    problems.push(`MANAGEMENT_PORT is ${values.PORT}, the same as PORT; it must be another port.`);
  }
  for (const proxy of values.TRUSTED_PROXIES.filter((entry) => !isAddressOrRange(entry))) {
    problems.push(`TRUSTED_PROXIES contains "${proxy}"; it must be ${describeAccepted(variables.TRUSTED_PROXIES)}.`);
  }
  const tokensFile = values.SCIM_TOKENS_FILE;
  if (tokensFile !== undefined && !isReadable(tokensFile)) {
    problems.push(`SCIM_TOKENS_FILE is "${tokensFile}", which cannot be read; it must be a readable JSON file.`);
  }
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || Number(bits) <= (version === 4 ? 32 : 128);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    // Any failure means that the gateway cannot read the file.
    return false;
  }
}

function toConfig(values: Values, secrets: Secrets): Config {
  return {
    listen: {
      host: values.HOST,
      port: values.PORT,
      managementPort: values.MANAGEMENT_PORT,
      publicUrl: values.PUBLIC_URL?.replace(/\/+$/, '').replace(/\/scim\/v2$/, ''),
      trustedProxies: values.TRUSTED_PROXIES,
      maxConnections: values.MAX_CONNECTIONS,
      maxRequestsInFlight: values.MAX_REQUESTS_IN_FLIGHT,
      maxEventLoopDelayMs: values.MAX_EVENT_LOOP_DELAY_MS,
      maxHeapShare: values.MAX_HEAP_PERCENT / 100,
      bodyLimitBytes: values.BODY_LIMIT_BYTES,
      requestDeadlineMs: values.REQUEST_DEADLINE_MS,
    },
    collate: toCollateConfig(values, secrets),
    credentials: {
      token: secrets.SCIM_TOKEN,
      tokensFile: values.SCIM_TOKENS_FILE,
      acceptCollateBots: values.ACCEPT_COLLATE_BOT_TOKEN,
      collateBotNames: values.COLLATE_BOT_NAMES,
    },
    redis: toRedisConfig(values, secrets),
    provisioning: toProvisioningSettings(values),
    lists: { pageDefault: values.PAGE_DEFAULT, pageMax: values.PAGE_MAX },
    tracing: toTracingConfig(values, secrets.OTEL_EXPORTER_OTLP_HEADERS),
    readOnly: values.READ_ONLY,
    revision: values.BUILD_REVISION,
    log: { level: values.LOG_LEVEL },
    shutdown: { drainDelayMs: values.DRAIN_DELAY_MS, graceMs: values.SHUTDOWN_GRACE_MS },
  };
}

function toCollateConfig(values: Values, secrets: Secrets): CollateConfig {
  return {
    url: (values.COLLATE_URL ?? '').replace(/\/+$/, '').replace(/\/api$/, ''),
    token: secrets.COLLATE_TOKEN,
    connectTimeoutMs: values.COLLATE_CONNECT_TIMEOUT_MS,
    readTimeoutMs: values.COLLATE_READ_TIMEOUT_MS,
    writeTimeoutMs: values.COLLATE_WRITE_TIMEOUT_MS,
    concurrency: values.COLLATE_CONCURRENCY,
    minConcurrency: values.COLLATE_MIN_CONCURRENCY,
    queue: values.COLLATE_QUEUE,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
