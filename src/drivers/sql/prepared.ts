// Queries of the paths that are walked thousands of times a second: put together and compiled once for each database, since
// that takes longer than to carry them out.

import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * @param build  puts the query together. What it takes from `places` stands for the value of that name, to be given at each
 *   call; it must not look into it.
 */
export function prepared<Values extends object, Row = object>(
  build: (db: Kysely<Schema>, places: Values) => { compile: () => CompiledQuery<Row> },
): (db: Kysely<Schema>, values: Values) => Promise<QueryResult<Row>> {
  const compiled = new WeakMap<Kysely<Schema>, CompiledQuery<Row>>();
  return async (db, values) => {
    let query = compiled.get(db);
    if (!query) {
      query = build(db, new Proxy({}, { get: (_, name) => new Place(name) }) as Values).compile();
      compiled.set(db, query);
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Place ? values[each.name as keyof Values] : each,
    );
    const carryOut = shortcuts.get(db);
    if (carryOut) return carryOut(query.sql, parameters) as QueryResult<Row>;
    return await db.executeQuery({ ...query, parameters });
  };
}

/** Carries out a statement's text; with parameters in the order of its places. */
export type CarryOut = (sql: string, parameters: readonly unknown[]) => QueryResult<unknown>;

/** Has this database's prepared queries carried out so: Kysely's way to a connection takes longer than most of them. */
export function takeShortcut(db: Kysely<Schema>, carryOut: CarryOut): void {
  shortcuts.set(db, carryOut);
}

const shortcuts = new WeakMap<Kysely<Schema>, CarryOut>();

/** The members of these names: a row to be written, since nobody can list the places. */
export function valuesOf<Values extends object, Name extends keyof Values>(
  places: Values,
  names: readonly Name[],
): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, places[name]])) as Pick<Values, Name>;
}

class Place {
  readonly name: string | symbol;

  constructor(name: string | symbol) {
    this.name = name;
  }
}
