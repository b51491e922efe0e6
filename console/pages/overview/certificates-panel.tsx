// How many certificates there are of each status, and how many end soon.

import type { FiguresAnswer } from '../../../src/protocols/console/figures.ts';
import { ShareBar } from '../../base/chart.tsx';
import { type Language, useLanguage, useWords } from '../../base/language.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { numberText } from '../../base/time-text.tsx';
import { overviewWords } from './words.ts';

type Certificates = FiguresAnswer['certificates'];

export function CertificatesPanel({ certificates }: { readonly certificates: Certificates }) {
  const say = useWords(overviewWords);
  const language = useLanguage();
  const { issued, revoked, pending, ended, endingWithinWeek, endingWithinMonth, mostCounted } = certificates;
  if (issued + revoked + pending === 0) {
    return (
      <p>
        {say.noCertificates} <Link href={hrefOf('certificates/issue')}>{say.issueOne}</Link>
      </p>
    );
  }
  const listed = (query: Readonly<Record<string, string>>, name: string) => (text: string) => (
    <Link href={hrefOf('certificates', query)} aria-label={`${name}: ${text}`}>
      {text}
    </Link>
  );
  const counted = (count: number) => countText(count, mostCounted, language);
  return (
    <>
      <ShareBar
        title={say.byStatus}
        shares={[
          {
            name: say.inForce,
            tone: 'good',
            value: Math.max(0, issued - ended),
            // Where more have ended than are counted, fewer are in force than this.
            ...(ended === mostCounted && { text: `≤ ${numberText(issued - ended, language)}` }),
            link: listed({ state: 'issued' }, say.inForce),
          },
          {
            name: say.ended,
            tone: 'quiet',
            value: ended,
            text: counted(ended),
            link: listed({ state: 'expired' }, say.ended),
          },
          { name: say.revoked, tone: 'bad', value: revoked, link: listed({ state: 'revoked' }, say.revoked) },
          { name: say.pending, tone: 'main', value: pending, link: listed({ state: 'pending' }, say.pending) },
        ]}
      />
      <ul className="key-figures">
        <li>
          <strong>{listed({ expires: '7' }, say.withinWeek)(counted(endingWithinWeek))}</strong> {say.withinWeek}
        </li>
        <li>
          <strong>{listed({ expires: '30' }, say.withinMonth)(counted(endingWithinMonth))}</strong> {say.withinMonth}
        </li>
      </ul>
    </>
  );
}

function countText(count: number, most: number, language: Language): string {
  return count >= most ? `${numberText(most, language)}+` : numberText(count, language);
}
