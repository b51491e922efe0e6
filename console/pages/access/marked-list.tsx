// A list that the service pages by markers, newest page after page, and what to do where it is empty.

import { type ReactNode, useCallback, useState } from 'react';
import { Refusal, useLoaded, Waiting } from '../../base/loaded.tsx';
import { type Column, PagedTable } from '../../base/paged-table.tsx';
import { ram, type Truncated } from './ram.ts';

interface ListProps<Answer, Row> {
  readonly label: string;
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly rowsOf: (answer: Answer) => readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly empty: ReactNode;
}

const none = {};

/** Change its `key` to begin anew. `parameters` must be stable. */
export function MarkedList<Answer, Row>(props: ListProps<Answer, Row>) {
  const { label, action, parameters = none, rowsOf, columns, rowKey, empty } = props;
  const [size, setSize] = useState(50);
  const [markers, setMarkers] = useState<readonly (string | undefined)[]>([undefined]);
  const marker = markers.at(-1);
  const load = useCallback(
    () =>
      ram<Answer & Truncated>(action, {
        ...parameters,
        MaxItems: String(Math.min(size, 1000)),
        ...(marker && { Marker: marker }),
      }),
    [action, parameters, size, marker],
  );
  const [loaded, retry] = useLoaded(load);
  if (loaded.state === 'waiting') return <Waiting />;
  if (loaded.state === 'failed') return <Refusal error={loaded.error} retry={retry} />;
  const answer = loaded.value;
  return (
    <PagedTable
      label={label}
      columns={columns}
      rows={rowsOf(answer)}
      rowKey={rowKey}
      empty={empty}
      paging={{
        first: (markers.length - 1) * size + 1,
        size,
        chooseSize: (chosen) => {
          setMarkers([undefined]);
          setSize(chosen);
        },
        previous: markers.length > 1 ? () => setMarkers(markers.slice(0, -1)) : undefined,
        next: answer.IsTruncated && answer.Marker ? () => setMarkers([...markers, answer.Marker]) : undefined,
      }}
    />
  );
}
