// How fresh the CRLs and the OCSP responder of each CA are, and what is wrong with them.

import { CheckCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Alert, Typography } from 'antd';
import type { ReactNode } from 'react';
import type { AuthorityPublication } from '../../../src/protocols/console/publication-state.ts';
import { useLanguage, useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { publicationFailureWords } from '../../base/publication-failure.ts';
import { hrefOf, Link } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { numberText, TimeText } from '../../base/time-text.tsx';
import type { Publications } from './page.tsx';
import { overviewWords } from './words.ts';

export function PublicationPanel({
  publications: { List: list, More: more },
}: {
  readonly publications: Publications;
}) {
  const say = useWords(overviewWords);
  const language = useLanguage();
  if (list.length === 0) {
    return (
      <p>
        {say.noAuthorities} <Link href={hrefOf('authorities/new')}>{say.createRoot}</Link>
      </p>
    );
  }
  return (
    <>
      <PlainTable
        name={say.publication}
        head={[say.authority, say.standing, say.crlNumber, say.crlAge, say.crlNext, say.crlEntries, say.ocspUntil]}
        figures={[2, 5]}
        keys={list.map(({ identifier }) => identifier)}
        rows={list.map((each) => [
          <Link key="name" href={hrefOf(`authorities/${each.identifier}`)}>
            {commonNameIn(each.subject)}
          </Link>,
          <Standing key="standing" of={each} />,
          each.crl?.list?.number ?? '',
          each.crl?.list ? <TimeText key="age" at={each.crl.list.thisUpdate * 1000} as="relative" /> : '',
          each.crl?.list ? <TimeText key="next" at={each.crl.list.nextUpdate * 1000} as="relative" /> : '',
          each.crl?.list ? numberText(each.crl.list.entries, language) : '',
          each.ocsp?.responder ? <TimeText key="ocsp" at={each.ocsp.responder.notAfter * 1000} as="relative" /> : '',
        ])}
      />
      {more && <p className="quiet">{say.onlyNewest(list.length)}</p>}
      <Problems list={list} />
    </>
  );
}

function Standing({ of: { kind, state, crl, ocsp, notAfter } }: { readonly of: AuthorityPublication }) {
  const say = useWords(overviewWords);
  const now = Date.now() / 1000;
  if (kind === 'external') return <span className="quiet">{say.elsewhere}</span>;
  if (notAfter < now) return <span className="quiet">{say.authorityEnded}</span>;
  const isLate = crl?.list === undefined || crl.list.nextUpdate < now;
  const standing: ReactNode =
    crl?.failure || ocsp?.failure || isLate ? (
      <Typography.Text type="danger">
        <ExclamationCircleOutlined /> {crl?.list === undefined && !crl?.failure ? say.notYet : say.problem}
      </Typography.Text>
    ) : (
      <Typography.Text type="success">
        <CheckCircleOutlined /> {say.fresh}
      </Typography.Text>
    );
  return (
    <span className="nowrap">
      {standing} {state === 'revoked' && <span className="quiet">({say.authorityRevoked})</span>}
    </span>
  );
}

function Problems({ list }: { readonly list: Publications['List'] }) {
  const say = useWords(overviewWords);
  const failures = useWords(publicationFailureWords);
  const problems = list.flatMap(({ identifier, subject, crl, ocsp }) => [
    ...(crl?.failure ? [[`${identifier} crl`, `${commonNameIn(subject)}, CRL: ${failures[crl.failure]}`]] : []),
    ...(ocsp?.failure ? [[`${identifier} ocsp`, `${commonNameIn(subject)}, OCSP: ${failures[ocsp.failure]}`]] : []),
  ]);
  if (problems.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      className="gap-above"
      title={say.problems}
      description={
        <ul>
          {problems.map(([key, told]) => (
            <li key={key}>{told}</li>
          ))}
        </ul>
      }
    />
  );
}
