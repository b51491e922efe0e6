// Tags of roles and policies.

import { Type } from 'typebox';
import type { Directory } from '../../../../access/directory.ts';
import type { Tag } from '../../../../access/events.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { invalid } from '../../errors.ts';
import type { ResourceOf } from '../../operation.ts';
import { answerText } from '../shapes.ts';
import { maxResources } from './parameters.ts';

export type TaggedType = 'role' | 'policy';

interface SentTag {
  readonly Key: string;
  readonly Value?: string;
}

export const tagsView = Type.Object(
  {
    Tag: Type.Array(
      Type.Object({
        TagKey: answerText('Key of the tag.', 'team'),
        TagValue: answerText('Value of the tag.', 'gateway'),
      }),
    ),
  },
  { description: 'Its tags.', examples: [{ Tag: [{ TagKey: 'team', TagValue: 'gateway' }] }] },
);

export function tagsViewOf(tags: readonly Tag[] = []) {
  return { Tag: tags.map(({ key, value }) => ({ TagKey: key, TagValue: value })) };
}

/** @throws {ParameterError} for a key that is given twice: which of the two values would count is not for us to choose. */
export function tagsByKey(sent: readonly SentTag[]): readonly Tag[] {
  const keys = new Set<string>();
  for (const { Key } of sent) {
    if (keys.has(Key)) throw invalid('Tag', `has the key ${JSON.stringify(Key)} twice`);
    keys.add(Key);
  }
  return sent.map(({ Key, Value = '' }) => ({ key: Key, value: Value }));
}

/** Whether all that are asked for are there; one without a value stands for every value. */
export function hasTags(tags: readonly Tag[] = [], asked: readonly SentTag[] = []): boolean {
  return asked.every(({ Key, Value }) =>
    tags.some(({ key, value }) => key === Key && (Value === undefined || value === Value)),
  );
}

/** Everything of a kind that can have tags, with those it has. System policies have none. */
export function taggedOf(directory: Directory, account: AccountId, type: TaggedType) {
  const all = type === 'role' ? directory.roles(account) : directory.policies(account);
  return all.map(({ name, tags = [] }) => ({ name, tags }));
}

/** Each role or policy that is named. What cannot be read as names is asked for as it is, and refused in the end. */
export const ofTagged: ResourceOf = (parameters) => {
  const type = parameters.get('ResourceType') === 'policy' ? 'policy' : 'role';
  const names = namesIn(parameters.get('ResourceNames') ?? '[]');
  return names.length === 0 || names.length > maxResources ? `${type}/*` : names.map((name) => `${type}/${name}`);
};

function namesIn(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : [text];
  } catch {
    return [text];
  }
}
