import { isObject, type Json, type Row } from '../state/row.ts';

/** The token of a bot, as its row stores it. */
export interface BotToken {
  /** Absent while the simulator's own token of the bot counts; empty once revoked. */
  readonly current?: string;
  /** The expiry in the shape of the API. */
  readonly config: Json;
}

/** The token in a bot's row. */
export function tokenOf(row: Row): BotToken {
  const stored = row.json['authenticationMechanism'];
  if (!isObject(stored)) return { config: {} };
  const { current, config } = stored;
  return {
    ...(typeof current === 'string' ? { current } : {}),
    config: isObject(config) ? config : {},
  };
}

/** Replaces the token in a bot's row. */
export function storeToken(row: Row, token: Required<BotToken>): void {
  row.json = { ...row.json, authenticationMechanism: token };
}
