// Users, groups, roles, keys and policies as a naive model keeps them: plain sets and maps, no indexes, no journal.

export const effects = {
  allow: ['Allow', 'yundun-cert:List*'],
  deny: ['Deny', 'yundun-cert:List*'],
  other: ['Allow', 'ram:*'],
} as const;
export type Meaning = keyof typeof effects;

/** Everything as plain sets and maps; what belongs to what is a text of both names. */
export class Model {
  readonly users = new Set<string>();
  readonly groups = new Set<string>();
  readonly roles = new Set<string>();
  /** `<group> <user>` */
  members = new Set<string>();
  readonly keys = new Map<string, { user: string; active: boolean }>();
  readonly policies = new Map<string, { versions: Map<string, Meaning>; current: string; last: number }>();
  /** `<user|group|role> <name> <policy>` */
  attached = new Set<string>();
  readonly logins = new Set<string>();
  /** Whose a device is; empty for nobody's. */
  readonly devices = new Map<string, string>();

  holds(kind: string, name: string): boolean {
    return (kind === 'user' ? this.users : kind === 'group' ? this.groups : this.roles).has(name);
  }

  attachedTo(kind: string, name: string): string[] {
    return [...this.attached]
      .filter((each) => each.startsWith(`${kind} ${name} `))
      .map((each) => each.split(' ')[2] ?? '');
  }

  groupsOf(user: string): string[] {
    return [...this.members].filter((each) => each.endsWith(` ${user}`)).map((each) => each.split(' ')[0] ?? '');
  }

  membersOf(group: string): string[] {
    return [...this.members].filter((each) => each.startsWith(`${group} `)).map((each) => each.split(' ')[1] ?? '');
  }

  mayList(kind: 'user' | 'role', name: string): boolean {
    const held = this.attachedTo(kind, name);
    if (kind === 'user') for (const group of this.groupsOf(name)) held.push(...this.attachedTo('group', group));
    const meanings = held.map((policy) => {
      const own = this.policies.get(policy);
      return own === undefined ? 'allow' : own.versions.get(own.current);
    });
    return meanings.includes('allow') && !meanings.includes('deny');
  }
}

export const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
export const userNames = names('u', 5);
export const groupNames = names('g', 12);
export const roleNames = names('r', 3);
export const policyNames = names('p', 12);
export const deviceNames = names('d', 3);
/** Allows listing. */
export const systemPolicy = 'AliyunYundunCertReadOnlyAccess';
