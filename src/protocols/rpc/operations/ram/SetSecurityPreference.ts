import { Type } from 'typebox';
import { setSecurityPreference } from '../../../../access/administration/accounts.ts';
import { InvalidName } from '../../../../access/administration/command.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { ofAccount } from './resources.ts';
import {
  securityPreferenceExample,
  securityPreferenceOf,
  securityPreferenceParameters,
  securityPreferenceView,
  securityPreferenceViewOf,
} from './security-preference-view.ts';

export const SetSecurityPreference = operation(ram, {
  name: 'SetSecurityPreference',
  summary: 'Says what users may do for themselves, and how they sign in at a console.',
  notes: [
    'What is left out stays as it is.',
    'The settings that would let users manage something without a policy can only be false.',
  ],
  accessLevel: 'update',
  resource: ofAccount,
  request: Type.Object(securityPreferenceParameters),
  answer: Type.Object({ SecurityPreference: Type.Object(securityPreferenceView) }),
  refusals: [],
  example: {
    request: { LoginNetworkMasks: '10.0.0.0/8;192.168.0.0/16', LoginSessionDuration: 6 },
    answer: { SecurityPreference: securityPreferenceExample },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const preference = securityPreferenceOf(request, directory.securityPreference(account));
    try {
      await setSecurityPreference({ account, actor, preference }, administration);
    } catch (error) {
      if (error instanceof InvalidName) throw invalid('LoginNetworkMasks', `must have ${error.rule}`, 'format');
      throw error;
    }
    return { SecurityPreference: securityPreferenceViewOf(preference) };
  },
});
