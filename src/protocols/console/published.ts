// What relying parties are told, for pages that look at it.

import type { AuthorityDirectory } from '../../registry/authority-directory.ts';
import type { CrlPublisher } from '../../registry/crl-publisher.ts';
import type { Identifier } from '../../registry/model.ts';
import type { OcspDelegates } from '../../registry/ocsp-delegates.ts';
import type { OcspResponder } from '../../registry/ocsp-responder.ts';
import type { PublicationFailure } from '../../registry/publication-failure.ts';

export interface Published {
  readonly crls: CrlPublisher;
  readonly authorities: AuthorityDirectory;
  readonly responder: OcspResponder;
  readonly delegates: OcspDelegates;
  /** Why CAs could not publish, or have no new responder's certificate, when it was tried last. */
  readonly failures: () => Readonly<Record<'crl' | 'ocsp', ReadonlyMap<Identifier, PublicationFailure>>>;
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
