// What happened to a certificate, out of the journal: when, what, by whom.

import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { type CertificateRow, type HistoryEntry, historyOf } from './certificate-data.ts';
import { useReasonText } from './reasons.ts';
import { certificatesWords } from './words.ts';

export function History({ row }: { readonly row: CertificateRow }) {
  const text = useWords(certificatesWords);
  // Of this very row: after a change there is another one, and more to tell.
  const [entries, retry] = useLoaded(useCallback(() => historyOf(row.Identifier), [row]));
  const tell = useEventText();
  return (
    <Show loaded={entries} retry={retry}>
      {(told) => (
        <ol className="history">
          {told.toReversed().map((entry) => (
            <li key={entry.Sequence}>
              <div className="history-event">{tell(entry)}</div>
              <div className="under-name">
                <TimeText at={entry.Time} />
                {' · '}
                {entry.Principal === 'acs:certitude::operator' ? text.operator : shortOf(entry.Principal)}
                {entry.SourceAddress !== '' && ` ${text.from} ${entry.SourceAddress}`}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Show>
  );
}

/** Of an ARN what follows the account: `user/alice`, `root`. */
function shortOf(arn: string): string {
  return arn.split(':').slice(4).join(':') || arn;
}

function useEventText(): (entry: HistoryEntry) => string {
  const text = useWords(certificatesWords);
  const reasonText = useReasonText();
  return (entry) => {
    switch (entry.Kind) {
      case 'certificate-reserved':
        return text.reserved;
      case 'certificate-issued':
        return text.issued;
      case 'certificate-abandoned':
        return text.abandoned(entry.Why ?? '');
      case 'certificate-revoked':
        return entry.Reason === 'certificateHold'
          ? text.heldSince
          : text.revokedBecause(reasonText(entry.Reason ?? 'unspecified'));
      case 'certificate-released':
        return text.released;
      case 'certificate-deleted':
        return text.deleted;
      case 'certificate-uploaded':
        return text.uploaded;
      case 'certificate-labelled':
        return labelTexts(entry, text).join('; ');
      case 'certificate-quota-assigned':
        return text.quotaAssigned;
      case 'certificate-crl-requested':
        return text.crlRequested;
      default:
        return entry.Kind;
    }
  };
}

type Texts = (typeof certificatesWords)['en'];

function labelTexts({ AliasName, ResourceGroupId, Tags }: HistoryEntry, text: Texts): readonly string[] {
  const told: string[] = [];
  if (AliasName !== undefined) told.push(text.aliasChanged(AliasName));
  if (ResourceGroupId !== undefined) told.push(text.groupChanged(ResourceGroupId));
  const written = (tags: readonly { readonly key: string; readonly value: string }[]) =>
    tags.map(({ key, value }) => (value === '' ? key : `${key}=${value}`)).join(', ') || text.none;
  if (!Tags) return told;
  if ('put' in Tags) told.push(text.tagsPut(written(Tags.put)));
  else if ('replace' in Tags) told.push(text.tagsReplaced(written(Tags.replace)));
  else told.push(Tags.remove === 'all' ? text.allTagsRemoved : text.tagsRemoved(Tags.remove.join(', ')));
  return told;
}
