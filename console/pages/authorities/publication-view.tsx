// What relying parties are told about what a CA issued: its CRL and its OCSP responder.

import { Alert, Typography } from 'antd';
import { useCallback } from 'react';
import type { AuthorityPublication } from '../../../src/protocols/console/publication-state.ts';
import type { PublicationFailure } from '../../../src/registry/publication-failure.ts';
import { CopyButton } from '../../base/copy-button.tsx';
import { Facts } from '../../base/facts.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { publicationFailureWords } from '../../base/publication-failure.ts';
import { durationText, numberText, TimeText } from '../../base/time-text.tsx';
import { type DescribedAuthority, publicationOf } from './authority-data.ts';
import { authoritiesWords } from './words.ts';

export function PublicationView({ authority }: { readonly authority: DescribedAuthority }) {
  const say = useWords(authoritiesWords);
  // Of this very description: after a change there is another one, and another list.
  const [publication, retry] = useLoaded(useCallback(() => publicationOf(authority.Identifier), [authority]));
  return (
    <section className="panel" aria-label={say.publication}>
      <Typography.Title level={2} className="panel-title">
        {say.publication}
      </Typography.Title>
      <Show loaded={publication} retry={retry}>
        {(value) => (value?.crl && value.ocsp ? <Published of={value} /> : <p>{say.publishedElsewhere}</p>)}
      </Show>
    </section>
  );
}

function Published({ of: { crl, ocsp } }: { readonly of: AuthorityPublication }) {
  const say = useWords(authoritiesWords);
  const language = useLanguage();
  if (!crl || !ocsp) return null;
  const { list } = crl;
  return (
    <>
      {crl.failure && <Failure what="CRL" failure={crl.failure} />}
      {ocsp.failure && <Failure what="OCSP" failure={ocsp.failure} />}
      <h3>CRL</h3>
      {!list && <p>{say.noList}</p>}
      <Facts
        facts={[
          [say.number, list?.number],
          [say.made, list && <TimeText key="made" at={list.thisUpdate * 1000} as="both" />],
          [say.listEnds, list && <TimeText key="ends" at={list.nextUpdate * 1000} as="both" />],
          [say.entries, list && numberText(list.entries, language)],
          [say.size, list && say.octets(numberText(list.octets, language))],
          [say.validFor, say.days(crl.validDays)],
          [say.partitions, crl.partitions > 0 && numberText(crl.partitions, language)],
          [say.address, <Address key="address" text={crl.address} />],
        ]}
      />
      <h3>OCSP</h3>
      <Facts
        facts={[
          [say.answersFor, durationText(ocsp.answerSeconds, language)],
          [
            say.responderEnds,
            ocsp.responder && <TimeText key="responder" at={ocsp.responder.notAfter * 1000} as="both" />,
          ],
          [say.address, <Address key="address" text={ocsp.address} />],
        ]}
      />
    </>
  );
}

function Failure({ what, failure }: { readonly what: string; readonly failure: PublicationFailure }) {
  const say = useWords(authoritiesWords);
  const failures = useWords(publicationFailureWords);
  return <Alert type="error" showIcon title={`${what}: ${say.problem(failures[failure])}`} className="gap-below" />;
}

function Address({ text }: { readonly text: string }) {
  return (
    <>
      <code className="wrap">{text}</code> <CopyButton text={text} />
    </>
  );
}
