// How many serial numbers stand: at once, or in turns where the list is long, so that other calls are answered in between.

import { inTurns } from '../../../../base/in-turns.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { keysPerPage, SerialKeys } from '../../../../registry/serial-keys.ts';
import { neverIssued, type StatusReader, statusOf } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import { parseElement } from './serial-number-list.ts';
import { listElements, type StatusEntry, statusEntry } from './status-answer.ts';

interface Asking {
  readonly account: AccountId;
  readonly statusIndex: Pick<StatusReader, 'lookup' | 'lookupPage'>;
  readonly statusRules: StatusRules;
}

/** Below this, to fill a page costs more than it saves. */
const fewestForPage = 64;

/** @param list  as in `SerialNumber`. @returns one for each, in the order asked. @throws {ParameterError} as parseElement does. */
export function statusesOf(list: string, asking: Asking): StatusEntry[] | Promise<StatusEntry[]> {
  const { account, statusIndex, statusRules } = asking;
  const elements = listElements('SerialNumber', list, statusRules);
  if (elements.length < fewestForPage) {
    return elements.map((element, index) =>
      statusEntry(element, statusIndex.lookup(account, parseElement(element, index)), statusRules),
    );
  }
  if (elements.length <= keysPerPage) return pageOf(elements, 0, asking);
  return inTurns(pagesOf(elements, asking));
}

/** Before the first page too: the call was read and its signature calculated in the same turn. */
function* pagesOf(elements: readonly string[], asking: Asking): Generator<undefined, StatusEntry[], void> {
  const entries: StatusEntry[] = [];
  for (let from = 0; from < elements.length; from += keysPerPage) {
    yield;
    entries.push(...pageOf(elements, from, asking));
  }
  yield;
  return entries;
}

function pageOf(
  elements: readonly string[],
  from: number,
  { account, statusIndex, statusRules }: Asking,
): StatusEntry[] {
  const keys = new SerialKeys();
  const asked = elements.slice(from, from + keysPerPage);
  for (const [index, element] of asked.entries()) keys.addText(parseElement(element, from + index));
  const moments = new Float64Array(keysPerPage);
  for (const page of keys.pages()) statusIndex.lookupPage(account, page, moments);
  return asked.map((element, index) => statusEntry(element, statusOf(moments[index] ?? neverIssued), statusRules));
}
