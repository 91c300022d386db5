/** Servers that are stopped together, the latest started first. */
export interface ServerGroup extends AsyncDisposable {
  /** Waits until a server has started, and stops it with the group. */
  add<T extends AsyncDisposable>(starting: Promise<T>): Promise<T>;
}

export function createServerGroup(): ServerGroup {
  const started: AsyncDisposable[] = [];
  return {
    add: async (starting) => {
      const server = await starting;
      started.push(server);
      return server;
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of started.reverse()) await server[Symbol.asyncDispose]();
    },
  };
}
