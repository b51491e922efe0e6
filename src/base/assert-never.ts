/** Ends a `switch` over a closed union: the compiler refuses a forgotten case, and so does the running program. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected case: ${JSON.stringify(value)}`);
}
