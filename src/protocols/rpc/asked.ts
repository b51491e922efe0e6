// What a call says it is and who says to make it, read from a request that may be refused for any reason: for the log,
// where nothing of it counts as proven.

import type { EdgeRequest } from '../edge.ts';
import type { Collected } from './parameters.ts';
import { parseAuthorizationV3 } from './signature-v3.ts';

/** As sent: of any length, with any characters. */
export interface Asked {
  readonly action: string | undefined;
  readonly version: string | undefined;
  readonly accessKeyId: string | undefined;
}

/** @param collected absent where the parameters could not be read. */
export function readAsked(request: EdgeRequest, collected: Collected | undefined): Asked {
  const authorization = request.headers.only('authorization');
  return {
    action: request.headers.only('x-acs-action') ?? collected?.all.get('Action'),
    version: request.headers.only('x-acs-version') ?? collected?.all.get('Version'),
    accessKeyId:
      authorization === undefined ? collected?.all.get('AccessKeyId') : parseAuthorizationV3(authorization)?.credential,
  };
}
