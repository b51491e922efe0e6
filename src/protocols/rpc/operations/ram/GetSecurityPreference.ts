import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { ofAccount } from './resources.ts';
import {
  securityPreferenceExample,
  securityPreferenceView,
  securityPreferenceViewOf,
} from './security-preference-view.ts';

export const GetSecurityPreference = operation(ram, {
  name: 'GetSecurityPreference',
  summary: 'Shows what users may do for themselves, and how they sign in at a console.',
  notes: [],
  accessLevel: 'get',
  resource: ofAccount,
  request: Type.Object({}),
  answer: Type.Object({ SecurityPreference: Type.Object(securityPreferenceView) }),
  refusals: [],
  example: { request: {}, answer: { SecurityPreference: securityPreferenceExample } },
  handle: (_, { account }, { directory }) => ({
    SecurityPreference: securityPreferenceViewOf(directory.securityPreference(account)),
  }),
});
