// The two ways this API has to page through a list: by page number, and by a token from the page before.

import { Type } from 'typebox';
import { sha256Hex } from '../../../../base/bytes.ts';
import { invalid } from '../../errors.ts';
import { answerNumber, answerText, integer } from '../shapes.ts';

export function pageParameters(usualSize: number) {
  return {
    CurrentPage: Type.Optional(integer(1, 2_147_483_647, 'Page to show, from 1; 1 when left out.', 1)),
    ShowSize: Type.Optional(integer(1, 1000, `Entries on a page; ${usualSize} when left out.`, usualSize)),
  };
}

export function tokenParameters(usualSize: number) {
  return {
    NextToken: Type.Optional(
      Type.String({
        maxLength: 512,
        description: 'NextToken of the page before, to go on behind it; left out for the first page.',
        examples: [''],
      }),
    ),
    MaxResults: Type.Optional(integer(1, 2000, `Entries on a page; ${usualSize} when left out.`, usualSize)),
  };
}

export const pageAnswer = {
  CurrentPage: answerNumber('The page shown.', 1),
  ShowSize: answerNumber('Entries on a page.', 20),
  PageCount: answerNumber('Number of pages.', 1),
  TotalCount: answerNumber('Number of entries on all pages.', 1),
};

export const tokenAnswer = {
  NextToken: answerText('To be sent for the next page; empty on the last.', ''),
  MaxResults: answerNumber('Entries on a page.', 20),
};

/** A page's own numbers, and how many there are. */
export function pageOf(currentPage: number, showSize: number, total: number) {
  return {
    CurrentPage: currentPage,
    ShowSize: showSize,
    PageCount: Math.ceil(total / showSize),
    TotalCount: total,
  };
}

/**
 * A token says behind which entry to go on, for one account, operation and filter: elsewhere it would skip or repeat
 * entries without a word.
 */
export interface TokenScope {
  readonly operation: string;
  readonly account: string;
  /** What the list is filtered by. */
  readonly filter: unknown;
}

export function nextTokenOf(scope: TokenScope, position: string | number): string {
  return Buffer.from(`${checkOf(scope, String(position))}${position}`, 'utf8').toString('base64url');
}

/** @returns what {@link nextTokenOf} was given, as text. @throws {ParameterError} `InvalidNextToken` */
export function positionOf(scope: TokenScope, token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const position = text.slice(checkLength);
  // Written back, since decoding passes over what is not base64url.
  const isOurs = text.length > checkLength && nextTokenOf(scope, position) === token;
  if (!isOurs) {
    throw invalid('NextToken', 'is not one that this list gave out with these filters; leave it out to begin anew');
  }
  return position;
}

/** The same of a token whose position is the number of the last entry. */
export function numberOf(scope: TokenScope, token: string): number {
  return Number(positionOf(scope, token));
}

const checkLength = 16;

function checkOf({ operation, account, filter }: TokenScope, position: string): string {
  return sha256Hex(JSON.stringify([operation, account, filter, position])).slice(0, checkLength);
}
