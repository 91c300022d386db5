import { BoundAdministration } from './administration.ts';
import type { AdministrationApi, Collate, DocumentsApi, SystemApi, TeamsApi, UsersApi } from './api.ts';
import type { Caller } from './call.ts';
import { BoundDocuments } from './documents.ts';
import { BoundSystem } from './system.ts';
import { BoundTeams } from './teams.ts';
import type { Principal } from './transport/principal.ts';
import { BoundUsers } from './users.ts';

/** The whole API over one bound caller. Each part is made on first use, because most requests use one or two. */
export class BoundCollate implements Collate {
  readonly #call: Caller;
  readonly #principal: Principal;
  #users: UsersApi | undefined;
  #teams: TeamsApi | undefined;
  #documents: DocumentsApi | undefined;

  constructor(call: Caller, principal: Principal) {
    this.#call = call;
    this.#principal = principal;
  }

  get users(): UsersApi {
    this.#users ??= new BoundUsers(this.#call);
    return this.#users;
  }

  get teams(): TeamsApi {
    this.#teams ??= new BoundTeams(this.#call);
    return this.#teams;
  }

  get documents(): DocumentsApi {
    this.#documents ??= new BoundDocuments(this.#call);
    return this.#documents;
  }

  get system(): SystemApi {
    return new BoundSystem(this.#call, this.#principal);
  }

  get administration(): AdministrationApi {
    return new BoundAdministration(this.#call);
  }
}
