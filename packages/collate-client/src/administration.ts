import { administrationOperations as rows } from './administration-operations.ts';
import type { AdministrationApi, BotToken } from './api.ts';
import type { Caller } from './call.ts';
import { orAbsent } from './entities.ts';
import { assertSendable } from './json-patch.ts';
import type {
  Bot,
  CreateBotUser,
  JsonPatch,
  Policy,
  PolicyRule,
  Role,
  TokenLifetime,
  User,
  UserId,
} from './model/index.ts';
import { toBot, toPolicy, toRole, toUser } from './to-entity.ts';

/** The calls that make a bot, bound to one context. */
export class BoundAdministration implements AdministrationApi {
  readonly #call: Caller;

  constructor(call: Caller) {
    this.#call = call;
  }

  findPolicy(name: string): Promise<Policy | undefined> {
    return orAbsent(this.#call(rows.findPolicy, { path: { name } }).then(toPolicy));
  }

  async createPolicy(input: { readonly name: string; readonly rules: readonly PolicyRule[] }): Promise<Policy> {
    const rules = input.rules.map((rule) => ({
      ...rule,
      operations: [...rule.operations],
      resources: [...rule.resources],
    }));
    return toPolicy(await this.#call(rows.createPolicy, { body: { ...input, rules } }));
  }

  async patchPolicy(id: string, patch: JsonPatch): Promise<void> {
    assertSendable(patch);
    await this.#call(rows.patchPolicy, { path: { id }, body: [...patch] });
  }

  findRole(name: string): Promise<Role | undefined> {
    return orAbsent(this.#call(rows.findRole, { path: { name }, query: { fields: 'policies' } }).then(toRole));
  }

  async createRole({ name, policies }: { readonly name: string; readonly policies: readonly string[] }): Promise<Role> {
    return toRole(await this.#call(rows.createRole, { body: { name, policies: [...policies] } }));
  }

  async patchRole(id: string, patch: JsonPatch): Promise<void> {
    assertSendable(patch);
    await this.#call(rows.patchRole, { path: { id }, body: [...patch] });
  }

  findBot(name: string): Promise<Bot | undefined> {
    return orAbsent(this.#call(rows.findBot, { path: { name } }).then(toBot));
  }

  async createBot(input: { readonly name: string; readonly botUser: string }): Promise<Bot> {
    return toBot(await this.#call(rows.createBot, { body: input }));
  }

  async createBotUser({ name, email, roles, lifetime }: CreateBotUser): Promise<User> {
    const config = { JWTTokenExpiry: lifetime };
    const authenticationMechanism = { authType: 'JWT' as const, config };
    const body = { name, email, isBot: true as const, roles: [...roles], authenticationMechanism };
    return toUser(await this.#call(rows.createBotUser, { body }), rows.createBotUser);
  }

  async readToken(id: UserId): Promise<BotToken | undefined> {
    const { JWTToken: token, JWTTokenExpiry: lifetime } = await this.#call(rows.readToken, { path: { id } });
    if (typeof token !== 'string' || token === '') return undefined;
    return { token, lifetime: lifetime ?? undefined };
  }

  async generateToken(id: UserId, lifetime: TokenLifetime): Promise<void> {
    await this.#call(rows.generateToken, { path: { id }, body: { JWTTokenExpiry: lifetime } });
  }

  async revokeToken(id: UserId): Promise<void> {
    await this.#call(rows.revokeToken, { body: { id } });
  }
}
