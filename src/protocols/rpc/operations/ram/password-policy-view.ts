// What an account asks of passwords, as this API says it; the odd spelling of MaxLoginAttemps is the vendor's.

import { Type } from 'typebox';
import { defaultPasswordPolicy, type PasswordPolicy } from '../../../../access/password-policy.ts';
import { integer } from '../shapes.ts';

const flag = (description: string) => Type.Boolean({ description, examples: [true] });

export const passwordPolicyView = {
  MinimumPasswordLength: integer(8, 32, 'Least number of characters.', 12),
  RequireLowercaseCharacters: flag('Whether a lower-case letter is asked for.'),
  RequireUppercaseCharacters: flag('Whether an upper-case letter is asked for.'),
  RequireNumbers: flag('Whether a digit is asked for.'),
  RequireSymbols: flag('Whether a character is asked for that is no letter or digit.'),
  HardExpiry: flag('Whether a password that is too old lets nobody in, instead of only asking for another.'),
  MaxPasswordAge: integer(0, 1095, 'Days after which a password has to be changed; 0 for never.', 90),
  MaxLoginAttemps: integer(0, 32, 'How many wrong passwords within an hour lock the user out; 0 for no limit.', 5),
  PasswordReusePrevention: Type.Integer({
    minimum: 0,
    maximum: 0,
    description: 'How many earlier passwords cannot be used again. Always 0: earlier passwords are not kept here.',
    examples: [0],
    'x-rule': 'must be 0: earlier passwords are not kept here, so that their use cannot be prevented',
  }),
};

export const passwordPolicyParameters = Type.Partial(Type.Object(passwordPolicyView));

export function passwordPolicyViewOf(policy: PasswordPolicy) {
  return {
    MinimumPasswordLength: policy.minimumPasswordLength,
    RequireLowercaseCharacters: policy.requireLowercaseCharacters,
    RequireUppercaseCharacters: policy.requireUppercaseCharacters,
    RequireNumbers: policy.requireNumbers,
    RequireSymbols: policy.requireSymbols,
    HardExpiry: policy.hardExpiry,
    MaxPasswordAge: policy.maxPasswordAge,
    MaxLoginAttemps: policy.maxLoginAttempts,
    PasswordReusePrevention: 0,
  };
}

interface SentPolicy {
  readonly MinimumPasswordLength?: number;
  readonly RequireLowercaseCharacters?: boolean;
  readonly RequireUppercaseCharacters?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
  readonly HardExpiry?: boolean;
  readonly MaxPasswordAge?: number;
  readonly MaxLoginAttemps?: number;
}

/** What is not sent is as in an account that has set none; what this API has no word for stays as it is. */
export function passwordPolicyOf(sent: SentPolicy, now: PasswordPolicy): PasswordPolicy {
  const usual = defaultPasswordPolicy;
  return {
    ...now,
    minimumPasswordLength: sent.MinimumPasswordLength ?? usual.minimumPasswordLength,
    requireLowercaseCharacters: sent.RequireLowercaseCharacters ?? usual.requireLowercaseCharacters,
    requireUppercaseCharacters: sent.RequireUppercaseCharacters ?? usual.requireUppercaseCharacters,
    requireNumbers: sent.RequireNumbers ?? usual.requireNumbers,
    requireSymbols: sent.RequireSymbols ?? usual.requireSymbols,
    hardExpiry: sent.HardExpiry ?? usual.hardExpiry,
    maxPasswordAge: sent.MaxPasswordAge ?? usual.maxPasswordAge,
    maxLoginAttempts: sent.MaxLoginAttemps ?? usual.maxLoginAttempts,
  };
}
