// How many serial numbers stand: at once, or in turns where the list is long, so that other calls are answered in between.

import { inTurns } from '../../../../base/in-turns.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { type KeyPage, keysPerPage, SerialKeys } from '../../../../registry/serial-keys.ts';
import { neverIssued, type StatusReader, statusOf } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import type { AskedSerialNumber } from './serial-number-list.ts';
import { type StatusEntry, statusEntry } from './status-answer.ts';

interface Asking {
  readonly account: AccountId;
  readonly statusIndex: Pick<StatusReader, 'lookup' | 'lookupPage'>;
  readonly statusRules: StatusRules;
}

/** Below this, to fill a page costs more than it saves. */
const fewestForPage = 64;

/** One for each, in the order asked. */
export function statusesOf(
  asked: readonly AskedSerialNumber[],
  asking: Asking,
): StatusEntry[] | Promise<StatusEntry[]> {
  const { account, statusIndex, statusRules } = asking;
  if (asked.length < fewestForPage) {
    return asked.map(({ element, serialNumber }) =>
      statusEntry(element, statusIndex.lookup(account, serialNumber), statusRules),
    );
  }
  const keys = new SerialKeys();
  for (const { serialNumber } of asked) keys.addText(serialNumber);
  const moments = new Float64Array(keysPerPage);
  const entries: StatusEntry[] = [];
  const answer = (page: KeyPage) => {
    statusIndex.lookupPage(account, page, moments);
    for (let index = 0; index < page.count; index++) {
      const { element } = asked[entries.length] as AskedSerialNumber;
      entries.push(statusEntry(element, statusOf(moments[index] ?? neverIssued), statusRules));
    }
  };
  const pages = [...keys.pages()];
  if (pages.length > 1) return inTurns(answerEach(pages, answer, entries));
  for (const page of pages) answer(page);
  return entries;
}

function* answerEach<Answers>(
  pages: readonly KeyPage[],
  answer: (page: KeyPage) => void,
  answers: Answers,
): Generator<undefined, Answers, void> {
  for (const page of pages) {
    yield;
    answer(page);
  }
  yield;
  return answers;
}
