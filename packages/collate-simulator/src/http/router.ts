import type { Handler } from './context.ts';

/** One endpoint: `{name}` segments are parameters. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: Handler;
  /** Whether the endpoint answers without a token. */
  readonly open?: boolean;
}

/** A route that matches a path, with the path's parameters decoded. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes; literal segments win over parameters. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    const weight = (path: string) => (path.match(/\{/g) ?? []).length;
    this.#routes = [...routes]
      .sort((left, right) => weight(left.path) - weight(right.path))
      .map((route) => ({ route, segments: route.path.split('/') }));
  }

  /** The methods of a path, as the header `Allow` lists them. */
  allowed(segments: readonly string[]): string {
    const methods = this.#routes
      .filter(({ segments: pattern }) => match(pattern, segments) !== undefined)
      .map(({ route }) => route.method);
    const isCollection = segments.length === 1;
    return [...new Set([...methods, 'OPTIONS', ...(isCollection ? ['HEAD'] : [])])].join();
  }

  /** The route; `'method'` when only the method is wrong; undefined when no route has the path. */
  find(method: string, segments: readonly string[]): Match | 'method' | undefined {
    let other = false;
    for (const { route, segments: pattern } of this.#routes) {
      const params = match(pattern, segments);
      if (params === undefined) continue;
      if (route.method === method) return { route, params };
      other = true;
    }
    return other ? 'method' : undefined;
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{') && segment === '') return undefined;
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
