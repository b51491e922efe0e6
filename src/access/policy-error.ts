// What is wrong with a policy document, and where: for the person who wrote it.

export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** Path of the offending part, such as `Statement[0].Condition.IpAddress`; `document` for the text as a whole. */
  readonly at: string;
  readonly problem: string;
  constructor(at: string, problem: string) {
    super(`${at}: ${problem}`);
    this.at = at;
    this.problem = problem;
  }
}

/** A name out of the document as it may stand in a message: quoted unless plain, and never long enough to drown the rest. */
export function quoteName(name: string): string {
  if (/^[\w:/.-]{1,64}$/.test(name)) return name;
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}
