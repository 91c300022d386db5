import { Pool } from 'undici';

/** One kind of request, repeated. */
export interface Load {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whether the load goes on running while it waits for answers. To wake it would be the server's cost, and only that of a server which
   * is slower than its load, so not a floor's. Only where load and server have a processor each.
   */
  readonly staysAwake?: boolean;
}

/** Sends the request again and again, a few at a time; an answer other than 200 ends the run, since it measures nothing. */
export async function repeat(load: Load, requests: number, concurrency = 8): Promise<void> {
  using _awake = load.staysAwake === true ? stayAwake() : undefined;
  const pool = new Pool(load.origin, { connections: concurrency });
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({ method: 'GET', path: load.path, headers: load.headers });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`GET ${load.path} answered ${answer.statusCode}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    await pool.close();
  }
}

/** Keeps this process running until disposed of. */
function stayAwake(): Disposable {
  let isOver = false;
  const turn = () => {
    if (!isOver) setImmediate(turn);
  };
  turn();
  return {
    [Symbol.dispose]: () => {
      isOver = true;
    },
  };
}
