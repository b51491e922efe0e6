// What changing a state by an event of the journal needs everywhere.

/** A member of this name; none for an empty text, which takes the member away. */
export function unlessEmpty<Name extends string>(
  name: Name,
  text: string | undefined,
): { readonly [N in Name]?: string } {
  return (text === undefined || text === '' ? {} : { [name]: text }) as { readonly [N in Name]?: string };
}

/** @throws {TypeError} */
export function existing<State>(states: ReadonlyMap<string, State>, name: string): State {
  const state = states.get(name);
  if (state === undefined) throw missing(name);
  return state;
}

export function missing(name: string): TypeError {
  return new TypeError(`the journal is about ${name}, which does not exist`);
}
