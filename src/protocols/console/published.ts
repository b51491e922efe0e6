// What relying parties are told, for pages that look at it.

import type { AuthorityDirectory } from '../../registry/authority-directory.ts';
import type { CrlPublisher } from '../../registry/crl-publisher.ts';
import type { OcspDelegates } from '../../registry/ocsp-delegates.ts';
import type { OcspResponder } from '../../registry/ocsp-responder.ts';

export interface Published {
  readonly crls: CrlPublisher;
  readonly authorities: AuthorityDirectory;
  readonly responder: OcspResponder;
  readonly delegates: OcspDelegates;
  readonly rules: {
    readonly publicUrl: string;
    /** From thisUpdate to nextUpdate. */
    readonly ocspValiditySeconds: number;
    /** How long HTTP caches may repeat an answer. */
    readonly ocspMaxAgeSeconds: number;
    /** At most this long after a revocation its list is begun. */
    readonly crlDelaySeconds: number;
  };
}
