// What /readyz says of CRLs and responders' certificates that could not be made: of which CA, and what to do. Anybody may read it;
// the reason as it was met, and words of whatever lies below, are for the log.

import { assertNever } from '../base/assert-never.ts';
import type { Identifier } from '../registry/model.ts';
import type { PublicationFailure } from '../registry/publication-failure.ts';

export function crlProblem(authority: Identifier, failure: PublicationFailure): string {
  return `CRLs of ${authority}: no new ones, those before are still served. ${whatToDo(failure)}`;
}

export function responderProblem(authority: Identifier, failure: PublicationFailure): string {
  return `OCSP responder of ${authority}: no new certificate, the one before serves to its end. ${whatToDo(failure)}`;
}

function whatToDo(failure: PublicationFailure): string {
  switch (failure) {
    case 'store':
      return 'The store cannot be read or written. See to the room on its disk and to who else holds it; it is tried again.';
    case 'busy':
      return 'Others are having keys made or used. It is tried again; if this stays, see what asks for so many keys.';
    case 'key':
      return 'The CA’s private key cannot be opened. See that master key and database belong together, as in one backup.';
    case 'refused':
      return 'What was made did not pass the check before it is published. See the log for what is wrong, and run `certitude journal verify`.';
    case 'clock':
      return 'The clock is behind what was published last. Set it if it is wrong; if it is right, they come by themselves within a quarter of an hour, and not before the CA begins.';
    case 'internal':
      return 'Something went wrong in the service; the log says what. It is tried again.';
    default:
      return assertNever(failure);
  }
}
