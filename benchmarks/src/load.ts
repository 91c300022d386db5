import { Pool } from 'undici';

/** One kind of request, repeated. */
export interface Load {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the request again and again, a few at a time; an answer other than 200 ends the run, since it measures nothing. */
export async function repeat(load: Load, requests: number, concurrency = 8): Promise<void> {
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
