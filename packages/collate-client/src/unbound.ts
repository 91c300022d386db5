import type { CallContext, Collate, Page } from './api.ts';
import type { StoredDocument } from './model/index.ts';

type Unbound<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...input: infer Input) => infer Result
    ? (...input: [...Input, context: CallContext]) => Result
    : never;
};

/** The form of the API that takes the context with each call. Deprecated: use `CollateClient.bind`. */
export interface UnboundCollate {
  readonly users: Unbound<Collate['users']>;
  readonly teams: Unbound<Collate['teams']>;
  readonly documents: Omit<Unbound<Collate['documents']>, 'pages'> & {
    pages(
      entityType: string,
      context: CallContext,
      options?: { readonly limit?: number },
    ): AsyncIterable<Page<StoredDocument>>;
  };
  readonly system: Unbound<Collate['system']>;
}

/** Binds the API anew for each call. */
export function toUnbound(bind: (context: CallContext) => Collate): UnboundCollate {
  return {
    users: unbind((context) => bind(context).users),
    teams: unbind((context) => bind(context).teams),
    documents: {
      find: (name, context) => bind(context).documents.find(name),
      pages: (entityType, context, options) => bind(context).documents.pages(entityType, options),
      put: (input, context) => bind(context).documents.put(input),
      remove: (name, context) => bind(context).documents.remove(name),
    },
    system: unbind((context) => bind(context).system),
  };
}

function unbind<Api extends object>(bindApi: (context: CallContext) => Api): Unbound<Api> {
  const call = (name: string | symbol, input: unknown[]): unknown => {
    const api: object = bindApi(input.pop() as CallContext);
    return Reflect.apply(Reflect.get(api, name), api, input);
  };
  return new Proxy({} as Unbound<Api>, {
    get:
      (_, name) =>
      (...input: unknown[]) =>
        call(name, input),
  });
}
