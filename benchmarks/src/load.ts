import { Pool } from 'undici';

/** A request, repeated. */
export interface Load {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the repetition with this number, for a PATCH; without it the request is a GET. */
  readonly patch?: (repetition: number) => object;
  /**
   * Whether the load keeps running while it waits for answers. Otherwise each answer must wake it, at the server's cost, and a fast
   * server pays that less often than a slow one. For servers that answer from memory, on a machine with a processor for each of the two.
   */
  readonly staysAwake?: boolean;
}

/** Sends the request repeatedly: GETs 8 at a time, PATCHes one after the other. @throws Error when a status is not 200 or 204. */
export async function repeat(load: Load, requests: number): Promise<void> {
  using _awake = load.staysAwake === true ? stayAwake() : undefined;
  const concurrency = load.patch === undefined ? 8 : 1;
  const pool = new Pool(load.origin, { connections: concurrency });
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await sendOne(pool, load, left);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    await pool.close();
  }
}

async function sendOne(pool: Pool, { path, headers, patch }: Load, repetition: number): Promise<void> {
  const method = patch === undefined ? 'GET' : 'PATCH';
  const body = patch === undefined ? null : JSON.stringify(patch(repetition));
  const answer = await pool.request({ method, path, headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 200 && answer.statusCode !== 204) {
    throw new Error(`${method} ${path} answered ${answer.statusCode}`);
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
