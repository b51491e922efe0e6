// What users of an account may do for themselves and how long they stay signed in, as this API says it.

import { Type } from 'typebox';
import type { SecurityPreference } from '../../../../access/security-preference.ts';
import { invalid } from '../../errors.ts';
import { integer } from '../shapes.ts';

const onlyByPolicy = 'Always false: what users may do is for policies alone to say.';
const flag = (description: string, example: boolean) => Type.Boolean({ description, examples: [example] });

const AllowUserToChangePassword = flag(
  'Whether users may call ChangePassword, where a policy allows it as well.',
  true,
);
const EnableSaveMFATicket = flag('Whether a console may remember a second factor for seven days.', false);
const LoginSessionDuration = integer(1, 24, 'Hours a session at a console lasts.', 6);
const masks = {
  description: 'Networks that users may sign in from, in CIDR notation, separated by semicolons; empty for all.',
  examples: ['10.0.0.0/8;192.168.0.0/16'],
};
const AllowUserToManageAccessKeys = flag(onlyByPolicy, false);
const AllowUserToManageMFADevices = flag(onlyByPolicy, false);
const AllowUserToManagePublicKeys = flag(onlyByPolicy, false);

export const securityPreferenceView = {
  LoginProfilePreference: Type.Object({
    AllowUserToChangePassword,
    EnableSaveMFATicket,
    LoginSessionDuration,
    LoginNetworkMasks: Type.String(masks),
  }),
  AccessKeyPreference: Type.Object({ AllowUserToManageAccessKeys }),
  MFAPreference: Type.Object({ AllowUserToManageMFADevices }),
  PublicKeyPreference: Type.Object({ AllowUserToManagePublicKeys }),
};

export const securityPreferenceExample = {
  LoginProfilePreference: {
    AllowUserToChangePassword: true,
    EnableSaveMFATicket: false,
    LoginSessionDuration: 6,
    LoginNetworkMasks: '10.0.0.0/8;192.168.0.0/16',
  },
  AccessKeyPreference: { AllowUserToManageAccessKeys: false },
  MFAPreference: { AllowUserToManageMFADevices: false },
  PublicKeyPreference: { AllowUserToManagePublicKeys: false },
};

export const securityPreferenceParameters = {
  AllowUserToChangePassword: Type.Optional(AllowUserToChangePassword),
  EnableSaveMFATicket: Type.Optional(EnableSaveMFATicket),
  LoginSessionDuration: Type.Optional(LoginSessionDuration),
  LoginNetworkMasks: Type.Optional(
    Type.String({
      ...masks,
      maxLength: 512,
      pattern: '^[0-9A-Fa-f.:/;]*$',
      'x-rule': 'must be up to 40 networks in CIDR notation, separated by semicolons, 512 characters in all',
      'x-flaws': ['length', 'format'],
    }),
  ),
  AllowUserToManageAccessKeys: Type.Optional(AllowUserToManageAccessKeys),
  AllowUserToManageMFADevices: Type.Optional(AllowUserToManageMFADevices),
  AllowUserToManagePublicKeys: Type.Optional(AllowUserToManagePublicKeys),
};

export function securityPreferenceViewOf(preference: SecurityPreference) {
  return {
    LoginProfilePreference: {
      AllowUserToChangePassword: preference.allowUserToChangePassword,
      EnableSaveMFATicket: preference.enableSaveMfaTicket,
      LoginSessionDuration: preference.loginSessionHours,
      LoginNetworkMasks: preference.loginNetworks.join(';'),
    },
    AccessKeyPreference: { AllowUserToManageAccessKeys: false },
    MFAPreference: { AllowUserToManageMFADevices: false },
    PublicKeyPreference: { AllowUserToManagePublicKeys: false },
  };
}

interface SentPreference {
  readonly AllowUserToChangePassword?: boolean;
  readonly EnableSaveMFATicket?: boolean;
  readonly LoginSessionDuration?: number;
  readonly LoginNetworkMasks?: string;
  readonly AllowUserToManageAccessKeys?: boolean;
  readonly AllowUserToManageMFADevices?: boolean;
  readonly AllowUserToManagePublicKeys?: boolean;
}

/** What is not sent stays as it is. @throws {ParameterError} for what only policies can grant here. */
export function securityPreferenceOf(sent: SentPreference, now: SecurityPreference): SecurityPreference {
  const grants = ['AllowUserToManageAccessKeys', 'AllowUserToManageMFADevices', 'AllowUserToManagePublicKeys'] as const;
  for (const each of grants) {
    if (sent[each]) throw invalid(each, 'can only be false: attach a policy to those who are to manage their own');
  }
  return {
    allowUserToChangePassword: sent.AllowUserToChangePassword ?? now.allowUserToChangePassword,
    enableSaveMfaTicket: sent.EnableSaveMFATicket ?? now.enableSaveMfaTicket,
    loginSessionHours: sent.LoginSessionDuration ?? now.loginSessionHours,
    loginNetworks: sent.LoginNetworkMasks?.split(';').filter((each) => each !== '') ?? now.loginNetworks,
  };
}
