// Parameters that several operations share. Lengths and alphabets are the vendor's.

import { Type } from 'typebox';
import { MAX_POLICY_LENGTH } from '../../../../access/policy-document.ts';
import { jsonList } from '../../json-parameter.ts';
import { integer, oneOf, text } from '../shapes.ts';

interface Alphabet {
  /** As within the brackets of a regular expression. */
  readonly characters: string;
  readonly words: string;
}

const userAlphabet = { characters: 'A-Za-z0-9._-', words: 'letters, digits, points, underscores and hyphens' };
const groupAlphabet = { characters: 'A-Za-z0-9.-', words: 'letters, digits, points and hyphens' };
const policyAlphabet = { characters: 'A-Za-z0-9-', words: 'letters, digits and hyphens' };

function name(most: number, { characters, words }: Alphabet, description: string, example: string) {
  return Type.String({
    minLength: 1,
    maxLength: most,
    pattern: `^[${characters}]*$`,
    description,
    examples: [example],
    'x-rule': `must be 1 to ${most} ${words}`,
  });
}

export const userName = (description = 'Name of the user.', example = 'alice') =>
  name(64, userAlphabet, description, example);
export const groupName = (description = 'Name of the group.', example = 'developers') =>
  name(64, groupAlphabet, description, example);
export const roleName = (description = 'Name of the role.', example = 'deployer') =>
  name(64, groupAlphabet, description, example);
export const policyName = (description = 'Name of the policy.', example = 'read-status') =>
  name(128, policyAlphabet, description, example);
export const deviceName = name(64, policyAlphabet, 'Name of the device.', 'phone-of-alice');
export const accessKeyId = name(
  128,
  { characters: 'A-Za-z0-9.@_-', words: 'letters, digits and . @ _ -' },
  'Id of the access key.',
  'LTAIexampleExample123456',
);

export const displayName = text(128, 'Name for people.', 'Alice');
export const comments = (example: string) => text(128, 'A remark.', example);
export const description = text(1024, 'What it is for.', 'Asks for the status of certificates.');
export const email = Type.String({
  pattern: '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,63}$',
  description: 'Address for mail.',
  examples: ['alice@example.com'],
  'x-rule': 'must be a name, an at sign and a domain',
  'x-flaws': ['format'],
});
export const mobilePhone = Type.String({
  pattern: '^[0-9]{1,4}-[0-9]{4,20}$',
  description: 'Telephone number, after its country code.',
  examples: ['86-18600008888'],
  'x-rule': 'must be <country code>-<number>, such as 86-18600008888',
  'x-flaws': ['format'],
});

export const policyType = oneOf(
  ['System', 'Custom'],
  'System for the policies that every account has, Custom for those it has written.',
  'Custom',
);

export const policyDocumentExample =
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"yundun-cert:DescribeClientCertificateStatus","Resource":"*"}]}';
export const trustPolicyExample =
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::1234567890123456:root"]}}]}';

export function document(describedAs: string, example: string) {
  return Type.String({
    minLength: 1,
    maxLength: MAX_POLICY_LENGTH,
    description: describedAs,
    examples: [example],
    'x-rule': `must be 1 to ${MAX_POLICY_LENGTH} characters`,
    'x-flaws': ['length', 'malformed'],
  });
}

export const policyDocument = document('The policy, a JSON text in the policy language.', policyDocumentExample);

export const maxSessionDuration = integer(
  3600,
  43_200,
  'Longest session of the role, in seconds; 3600 when left out.',
  3600,
);

export const versionId = Type.String({
  pattern: '^v[1-9][0-9]{0,8}$',
  description: 'Version of the policy.',
  examples: ['v1'],
  'x-rule': 'must be v and a number, such as v2',
  'x-flaws': ['format'],
});

/** Long enough for every password that a password policy can ask for. What it lacks beyond that is told as too weak. */
export function password(describedAs: string) {
  return Type.String({
    minLength: 1,
    maxLength: 128,
    description: describedAs,
    examples: ['correct-Horse-42-battery'],
    'x-rule': 'must be 1 to 128 characters',
    'x-flaws': ['weak'],
  });
}

export const serialNumber = Type.String({
  pattern: '^acs:ram::[0-9]{16}:mfa/[A-Za-z0-9._-]{1,64}$',
  description: 'Serial number of the device, which is its ARN.',
  examples: ['acs:ram::1234567890123456:mfa/phone-of-alice'],
  'x-rule': 'must be acs:ram::<account>:mfa/<name>',
  'x-flaws': ['format'],
});

export const authenticationCode = (which: string) =>
  Type.String({
    pattern: '^[0-9]{6}$',
    description: `The ${which} of two codes that the device shows one after the other.`,
    examples: ['123456'],
    'x-rule': 'must be six digits',
    'x-flaws': ['format'],
  });

export const maxTags = 20;
export const maxResources = 50;
export const tagKey = text(128, 'Key of the tag.', 'team');
export const tagValue = Type.String({ maxLength: 256, description: 'Value of the tag.', examples: ['gateway'] });

export function tagList(describedAs: string) {
  return jsonList(Type.Object({ Key: tagKey, Value: Type.Optional(tagValue) }), maxTags, describedAs);
}

export const taggedType = oneOf(['role', 'policy'], 'Kind of the resources.', 'role');
export const resourceNames = jsonList(
  text(128, 'Name of a role or policy.', 'deployer'),
  maxResources,
  'Names of the roles or policies.',
);
