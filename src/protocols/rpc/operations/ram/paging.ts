// Pages of a list sorted by name: a marker says after which name the next one begins.

import { type TSchema, Type } from 'typebox';
import { pageByName } from '../../../../access/listed.ts';
import { answerText, integer } from '../shapes.ts';

export const pageParameters = {
  Marker: Type.Optional(
    Type.String({
      maxLength: 128,
      description: 'Marker of the page before; left out for the first page.',
      examples: ['bob'],
      'x-rule': 'must be the Marker of the page before',
      'x-flaws': ['length'],
    }),
  ),
  MaxItems: Type.Optional(integer(1, 1000, 'Entries on a page; 100 when left out.', 100)),
};

/** The vendor wraps every list: `Users: { User: [...] }`. */
export function listOf<Entry extends TSchema>(wrapped: string, entry: Entry, describedAs: string) {
  return Type.Object({ [wrapped]: Type.Array(entry, { description: describedAs }) });
}

export const pageAnswer = {
  IsTruncated: Type.Boolean({ description: 'Whether there are further pages.', examples: [false] }),
  Marker: Type.Optional(answerText('To be sent for the next page; left out on the last.', 'bob')),
};

export function pageOf<Each>(
  list: readonly Each[],
  nameOf: (each: Each) => string,
  { Marker, MaxItems = 100 }: { readonly Marker?: string; readonly MaxItems?: number },
) {
  const { page, marker } = pageByName(list, nameOf, {
    ...(Marker !== undefined && { marker: Marker }),
    limit: MaxItems,
  });
  return {
    page,
    position: { IsTruncated: marker !== undefined, ...(marker !== undefined && { Marker: marker }) },
  };
}
