// The certificates that end next.

import type { EndingList } from '../../../src/protocols/console/figures.ts';
import { useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { TimeText } from '../../base/time-text.tsx';
import { overviewWords } from './words.ts';

export function EndingPanel({ list }: { readonly list: EndingList['List'] }) {
  const say = useWords(overviewWords);
  if (list.length === 0) return <p className="quiet">{say.noneEnding}</p>;
  return (
    <PlainTable
      name={say.endingNext}
      head={[say.name, say.ends]}
      keys={list.map(({ identifier }) => identifier)}
      rows={list.map(({ identifier, subject, notAfter }) => [
        <Link key="name" href={hrefOf(`certificates/${identifier}`)}>
          {commonNameIn(subject)}
        </Link>,
        <TimeText key="end" at={notAfter * 1000} as="both" />,
      ])}
    />
  );
}
