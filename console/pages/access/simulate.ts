// Asks the service whether somebody may do something: by the evaluator that judges calls.

import type { Fit } from '../../../src/access/policy.ts';
import { send } from '../../base/api.ts';

export interface Asked {
  readonly kind: 'everybody' | 'user' | 'role';
  readonly name: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceIp: string;
  /** As `datetime-local` has it, in the browser's time zone; empty for now. */
  readonly time: string;
  readonly isTls: boolean;
  readonly hasMfa: boolean;
  readonly userAgent: string;
  /** `key=value` on a line each. */
  readonly resourceTags: string;
}

/** What decided, and by what it came to the principal. */
export interface Ground {
  readonly policy: string;
  readonly statement: number;
  readonly through: readonly Readonly<Record<string, string>>[];
}

export interface Verdict {
  readonly principal: string;
  readonly allowed: boolean;
  readonly decision: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
  readonly by?: Ground;
}

export type JudgedStatement = Omit<Fit, 'by'> & Fit['by'];

export interface Simulation extends Verdict {
  readonly statements: readonly JudgedStatement[];
}

export type Simulated = { readonly Simulation: Simulation } | { readonly Principals: readonly Verdict[] };

/** @throws {ApiError} */
export function simulate(asked: Asked): Promise<Simulated> {
  const { kind, name, time } = asked;
  const tags = tagsIn(asked.resourceTags);
  const parameters: Record<string, string> = {
    ...(kind === 'user' && { UserName: name.trim() }),
    ...(kind === 'role' && { RoleName: name.trim() }),
    Action: asked.action.trim(),
    Resource: asked.resource.trim() || '*',
    SecureTransport: String(asked.isTls),
    MFAPresent: String(asked.hasMfa),
    ...(asked.sourceIp.trim() && { SourceIp: asked.sourceIp.trim() }),
    ...(asked.userAgent && { UserAgent: asked.userAgent }),
    ...(time && { CurrentTime: `${new Date(time).toISOString().slice(0, 19)}Z` }),
    ...(tags.length > 0 && { ResourceTag: JSON.stringify(tags) }),
  };
  return send('POST', 'simulate', { parameters });
}

function tagsIn(lines: string): readonly { readonly Key: string; readonly Value: string }[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [Key = '', ...value] = line.split('=');
      return { Key: Key.trim(), Value: value.join('=').trim() };
    });
}
