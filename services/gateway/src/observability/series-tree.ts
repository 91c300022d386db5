/** Series by the values of their labels. A tree of maps, since building a text as key would cost more than counting. */
export class SeriesTree<T> {
  readonly #create: () => T;
  readonly #root: Branch<T> = { branches: new Map(), leaf: undefined };

  constructor(create: () => T) {
    this.#create = create;
  }

  /** The series of these label values, created if it does not exist. */
  at(values: readonly string[]): T {
    let branch = this.#root;
    for (const value of values) {
      let next = branch.branches.get(value);
      if (next === undefined) {
        next = { branches: new Map(), leaf: undefined };
        branch.branches.set(value, next);
      }
      branch = next;
    }
    branch.leaf ??= { value: this.#create() };
    return branch.leaf.value;
  }

  /** All series with their label values. */
  entries(): readonly (readonly [values: readonly string[], series: T])[] {
    return [...walk(this.#root, [])];
  }
}

interface Branch<T> {
  readonly branches: Map<string, Branch<T>>;
  leaf: { readonly value: T } | undefined;
}

function* walk<T>(branch: Branch<T>, values: readonly string[]): Generator<readonly [readonly string[], T], void> {
  if (branch.leaf !== undefined) yield [values, branch.leaf.value];
  for (const [value, next] of branch.branches) yield* walk(next, [...values, value]);
}
