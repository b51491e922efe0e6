// What was looked up, which journal entry decided, what OCSP and the CRL say now, and how long older answers may live.

import type { ReactNode } from 'react';
import type { Why } from '../../../src/protocols/console/why.ts';
import { Facts } from '../../base/facts.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { durationText, TimeText } from '../../base/time-text.tsx';
import { reasonText, StatusText } from './status-text.tsx';
import { entryText, kindText, stateText, statusWords } from './words.ts';

type Bearer = Why['bearers'][number];
type Deciding = NonNullable<Why['deciding']>;
type Crl = NonNullable<Bearer['crl']>;

export function WhyView({ why }: { readonly why: Why }) {
  const say = useWords(statusWords);
  const { account, serialNumber, status, bearers, deciding } = why;
  const bySelf = bearers.some(({ identifier }) => identifier === deciding?.certificate.identifier);
  return (
    <div className="why">
      <p>
        <StatusText status={status.status} /> {because(why, bySelf, say)}
      </p>
      <Section title={say.lookedUp}>
        <Facts
          facts={[
            [say.account, <code key="account">{account}</code>],
            [say.normalised, <code key="serial">{serialNumber}</code>],
            [say.foundOrNot, bearers.length === 0 ? say.notFound : say.foundIn],
          ]}
        />
      </Section>
      {bearers.map((bearer) => (
        <BearerView key={bearer.identifier} bearer={bearer} now={why.at} needed={why.needed.subjects} />
      ))}
      {deciding && <DecidingView deciding={deciding} isAbove={!bySelf} needed={why.needed.actors} />}
      {bearers.map((bearer) => (
        <PublishedView key={bearer.identifier} bearer={bearer} />
      ))}
      {deciding?.crl && !bySelf && <CrlView crl={deciding.crl} title={say.crlOfDeciding} isRevoked />}
      {deciding?.olderAnswers && <OlderAnswers older={deciding.olderAnswers} />}
    </div>
  );
}

function because({ status, deciding, bearers }: Why, bySelf: boolean, say: (typeof statusWords)['en']): string {
  if (status.status === 'good') return say.becauseGood;
  if (status.status === 'unknown') {
    const [only] = bearers;
    if (!only) return say.becauseNeverTaken;
    return only.state === 'pending' ? say.becausePending : say.becauseReserved;
  }
  return bySelf ? say.becauseRevoked : say.becauseAbove(deciding?.certificate.subject ?? '');
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface BearerViewProps {
  readonly bearer: Bearer;
  readonly now: number;
  /** Action without which the subject is not told. */
  readonly needed: string | undefined;
}

function BearerView({ bearer, now, needed }: BearerViewProps) {
  const say = useWords(statusWords);
  const { subject, kind, state, notAfter, revokedAt, reason, authorities } = bearer;
  const hasEnded = notAfter * 1000 < now;
  return (
    <>
      <Section title={say.certificate}>
        <Facts
          facts={[
            [say.subject, subject ?? say.shownWith(needed ?? '')],
            [say.kind, kindText(kind, say)],
            [say.state, stateText(state, say)],
            [say.identifier, <code key="identifier">{bearer.identifier}</code>],
            [say.revokedAt, revokedAt !== undefined && <TimeText key="revoked" at={revokedAt * 1000} as="both" />],
            [say.reason, revokedAt !== undefined && reasonText(reason, say)],
            [say.validUntil, <TimeText key="end" at={notAfter * 1000} as="both" />],
          ]}
        />
        {hasEnded && <p className="quiet">{say.ended}</p>}
      </Section>
      {authorities.length > 0 && (
        <Section title={say.chain}>
          <ol>
            {authorities.map((each) => (
              <li key={each.identifier} className="wrap">
                <Link href={hrefOf(`authorities/${each.identifier}`)}>{each.subject}</Link>
                {' · '}
                {stateText(each.state, say)}
                {each.revokedAt !== undefined && (
                  <>
                    {' '}
                    <TimeText at={each.revokedAt * 1000} />
                  </>
                )}
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}

function PublishedView({ bearer: { ocsp, crl, state } }: { readonly bearer: Bearer }) {
  const say = useWords(statusWords);
  return (
    <>
      {ocsp && <OcspView ocsp={ocsp} />}
      {crl && <CrlView crl={crl} title={say.crl} isRevoked={state === 'revoked' || state === 'deleted'} />}
    </>
  );
}

function OcspView({ ocsp }: { readonly ocsp: NonNullable<Bearer['ocsp']> }) {
  const say = useWords(statusWords);
  const language = useLanguage();
  if ('refused' in ocsp) {
    return (
      <Section title={say.ocsp}>
        <p>{say.ocspRefused(ocsp.refused ?? '')}</p>
      </Section>
    );
  }
  const { status, thisUpdate, nextUpdate, keptUntil, maxAgeSeconds, address } = ocsp;
  return (
    <Section title={say.ocsp}>
      <p>
        <StatusText status={status} />
      </p>
      <Facts
        facts={[
          ['thisUpdate', <TimeText key="this" at={thisUpdate * 1000} as="both" />],
          ['nextUpdate', nextUpdate !== undefined && <TimeText key="next" at={nextUpdate * 1000} as="both" />],
          [say.keptUntil, keptUntil !== undefined && <TimeText key="kept" at={keptUntil * 1000} as="both" />],
          [say.httpCaches, say.upTo(durationText(maxAgeSeconds, language))],
          [say.address, <code key="address">{address}</code>],
        ]}
      />
    </Section>
  );
}

interface CrlViewProps {
  readonly crl: Crl;
  readonly title: string;
  readonly isRevoked: boolean;
}

function CrlView({ crl, title, isRevoked }: CrlViewProps) {
  const say = useWords(statusWords);
  const language = useLanguage();
  const { address, list, entry } = crl;
  if (!list) {
    return (
      <Section title={title}>
        <p>{say.noCrl}</p>
      </Section>
    );
  }
  const { number, thisUpdate, nextUpdate, maxAgeSeconds } = list;
  return (
    <Section title={title}>
      <p>{entry ? say.isListed : isRevoked ? say.notListedYet : say.notListed}</p>
      <Facts
        facts={[
          [say.crlNumber, number],
          ['thisUpdate', <TimeText key="this" at={thisUpdate * 1000} as="both" />],
          ['nextUpdate', <TimeText key="next" at={nextUpdate * 1000} as="both" />],
          [say.listedSince, entry && <TimeText key="since" at={entry.revocationDate * 1000} />],
          [say.reason, entry && reasonText(entry.reason, say)],
          [say.httpCaches, say.upTo(durationText(maxAgeSeconds, language))],
          [say.address, <code key="address">{address}</code>],
        ]}
      />
    </Section>
  );
}

interface DecidingViewProps {
  readonly deciding: Deciding;
  readonly isAbove: boolean;
  /** Action without which it is not told who did it. */
  readonly needed: string | undefined;
}

function DecidingView({ deciding, isAbove, needed }: DecidingViewProps) {
  const say = useWords(statusWords);
  const { certificate, entry, history } = deciding;
  return (
    <Section title={say.decided}>
      {entry ? (
        <Facts
          facts={[
            [say.entry, `${say.entryNumber(entry.sequence)} ${entryText(entry.kind, say)}`],
            [say.about, isAbove && certificate.subject],
            [say.time, <TimeText key="at" at={entry.at} as="both" />],
            [say.who, entry.actor ? <code key="who">{entry.actor.principal}</code> : say.shownWith(needed ?? '')],
            [say.sourceAddress, entry.actor?.sourceAddress],
            ['RequestId', entry.actor && <code key="request">{entry.actor.requestId}</code>],
            [say.reason, entry.reason !== undefined && reasonText(entry.reason, say)],
          ]}
        />
      ) : (
        <p>{say.entryTooOld}</p>
      )}
      <details>
        <summary>{say.history(history.length)}</summary>
        <ol>
          {history.map(({ sequence, at, kind, actor }) => (
            <li key={sequence} className="wrap">
              {say.entryNumber(sequence)} {entryText(kind, say)} · <TimeText at={at} />
              {actor && (
                <>
                  {' · '}
                  <code>{actor.principal}</code>
                </>
              )}
            </li>
          ))}
        </ol>
      </details>
    </Section>
  );
}

function OlderAnswers({ older }: { readonly older: NonNullable<Deciding['olderAnswers']> }) {
  const say = useWords(statusWords);
  const { ocspUntil, ocspCachesUntil, crlUntil, crlDueBy, now } = older;
  const until = (moment: number): ReactNode =>
    moment <= now ? say.noneLeft : <TimeText at={moment * 1000} as="both" />;
  return (
    <Section title={say.older}>
      <p>{say.olderHelp}</p>
      <Facts
        facts={[
          [say.olderCaches, until(ocspCachesUntil)],
          [say.olderOcsp, until(ocspUntil)],
          [say.olderCrl, until(crlUntil)],
          [say.crlDue, crlDueBy !== undefined && <TimeText key="due" at={crlDueBy} as="both" />],
        ]}
      />
    </Section>
  );
}
