// The profiles of client and server certificates, as issuing asks for them.

import type { GeneralName } from '../pki/general-name.ts';
import { endEntityExtensions } from '../pki/profiles.ts';
import type { IssueEndEntity } from './end-entities.ts';

export function profileOf(
  kind: 'client' | 'server',
  subjectAlternativeNames: readonly GeneralName[],
): Pick<IssueEndEntity, 'extensions' | 'extendedKeyUsages'> {
  return {
    extensions: (facts) => endEntityExtensions({ ...facts, kind, subjectAlternativeNames }),
    extendedKeyUsages: [kind === 'client' ? 'clientAuth' : 'serverAuth'],
  };
}
