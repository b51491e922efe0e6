// What relying parties reach without credentials: OCSP, CRLs and authorities' certificates, and the work behind them.

import { isCertificateEntry } from '../drivers/sql/journal-rows.ts';
import type { Published } from '../protocols/console/published.ts';
import type { EdgeReply, EdgeRequest } from '../protocols/edge.ts';
import { answerOcsp, isOcsp } from '../protocols/ocsp.ts';
import { answerCrl, answerIssuer, crlPath, issuerPath } from '../protocols/publication.ts';
import { AuthorityDirectory } from '../registry/authority-directory.ts';
import { CrlPublisher } from '../registry/crl-publisher.ts';
import type { IssuanceServices } from '../registry/issuance.ts';
import type { Identifier } from '../registry/model.ts';
import type { OcspAnswer } from '../registry/ocsp-answer.ts';
import { OcspDelegates } from '../registry/ocsp-delegates.ts';
import { OcspResponder } from '../registry/ocsp-responder.ts';
import { OcspUpkeep } from '../registry/ocsp-upkeep.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { OpenStore } from './open-store.ts';
import { crlProblem, responderProblem } from './publication-problems.ts';

export interface StartedPublication extends Published {
  /** As {@link OcspResponder.answer}, without HTTP around it. */
  readonly answerOcsp: (der: Uint8Array, received: string) => OcspAnswer | Promise<OcspAnswer>;
  /** `undefined` for what is served elsewhere. */
  readonly answer: (request: EdgeRequest) => EdgeReply | Promise<EdgeReply> | undefined;
  /** Lines for whoever asks whether all is well; none when it is. */
  readonly problems: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export async function startPublication(
  { store, statusIndex, followedTo }: OpenStore,
  config: Config,
  log: Log,
  { issuance, metrics }: { readonly issuance: IssuanceServices; readonly metrics: Metrics },
): Promise<StartedPublication> {
  const { signer, clock } = issuance;
  const authorities = new AuthorityDirectory(store, (error) => log.error({ err: error }, 'a CA cannot be read'));
  const crls = new CrlPublisher({
    store,
    publications: store.publications,
    signer,
    clock,
    authorities,
    publicUrl: config.publicUrl,
    delaySeconds: config.crlDelaySeconds,
    onPublished: ({ authority, number, lists }, durationMillis) => {
      metrics.countCrl('published', durationMillis / 1000);
      log.info({ authority, number, lists: lists.size, durationMillis: Math.round(durationMillis) }, 'CRLs published');
      issuance.background.start(`OCSP responder of ${authority}`, () => readyDelegate(authority));
    },
    onFailure: (authority, error) => {
      metrics.countCrl('failed');
      log.error({ authority, err: error }, 'CRLs could not be published; those before are still served');
    },
  });
  metrics.watchCrls(() => crls.secondsToExpiry());
  const delegates = new OcspDelegates(issuance, (authority, error) => {
    log.error({ authority, err: error }, 'no certificate for the OCSP responder could be made');
  });
  metrics.watchOcspResponders(() => delegates.failures().size);
  /**
   * Daily, and a moment after a CA was made: whoever asks first is not kept waiting for a key, and is answered though the
   * store be away by then.
   */
  const readyDelegate = async (identifier: Identifier): Promise<void> => {
    const authority = authorities.byIdentifier(identifier);
    if (authority) await delegates.of(authority);
  };
  // Followed before it is loaded, so that nothing falls in between; what comes twice is taken once.
  await store.follow((entry) => {
    if (!isCertificateEntry(entry)) return;
    authorities.apply(entry);
    crls.apply(entry);
  }, followedTo());
  await authorities.load();
  await delegates.load();
  await crls.start();

  const responder = new OcspResponder({
    authorities,
    delegates,
    statusIndex,
    signer,
    clock,
    rules: {
      validitySeconds: config.ocspValiditySeconds,
      maxCertIds: config.ocspMaxCertIds,
      neverIssued: config.ocspNeverIssued,
    },
  });
  const upkeep = new OcspUpkeep({
    responder,
    delegates,
    onRenewed: metrics.countOcspRenewals,
    onError: (error) => log.error({ err: error }, 'OCSP answers could not be signed again before they end'),
  });
  upkeep.start();
  const ocsp = {
    responder,
    clock,
    maxAgeSeconds: config.ocspMaxAgeSeconds,
    onError: (error: unknown) => log.error({ err: error }, 'an OCSP request could not be answered'),
    observe: metrics.countOcsp,
  };
  return {
    crls,
    authorities,
    responder,
    answerOcsp: (der, received) => responder.answer(der, received, ocsp.onError),
    delegates,
    rules: {
      publicUrl: config.publicUrl,
      ocspValiditySeconds: config.ocspValiditySeconds,
      ocspMaxAgeSeconds: config.ocspMaxAgeSeconds,
      crlDelaySeconds: config.crlDelaySeconds,
    },
    answer: (request) => {
      const { path } = request;
      if (isOcsp(path)) return answerOcsp(request, ocsp);
      if (path.startsWith(crlPath)) return answerCrl(request, { crls, authorities, clock });
      if (path.startsWith(issuerPath)) return answerIssuer(request, { crls, authorities, clock });
      return undefined;
    },
    problems: () => [
      ...Array.from(crls.failures(), ([authority, kind]) => crlProblem(authority, kind)),
      ...Array.from(delegates.failures(), ([authority, kind]) => responderProblem(authority, kind)),
    ],
    stop: async () => {
      await Promise.all([crls.stop(), upkeep.stop()]);
    },
  };
}
