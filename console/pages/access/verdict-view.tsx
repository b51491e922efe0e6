// What the simulator found: allowed or not, by which statement, and how every other statement stands to it.

import { Alert, Flex, Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import type { Ground, JudgedStatement, Simulated, Simulation, Verdict } from './simulate.ts';
import { accessWords } from './words.ts';

type Text = (typeof accessWords)['en'];

export function VerdictView({ answer, action }: { readonly answer: Simulated; readonly action: string }) {
  return 'Simulation' in answer ? (
    <OneVerdict simulation={answer.Simulation} action={action} />
  ) : (
    <AllVerdicts verdicts={answer.Principals} action={action} />
  );
}

function OneVerdict({ simulation, action }: { readonly simulation: Simulation; readonly action: string }) {
  const text = useWords(accessWords);
  const { principal, allowed, statements, by } = simulation;
  return (
    <Flex vertical gap="middle">
      <Alert
        type={allowed ? 'success' : 'error'}
        showIcon
        role="status"
        title={allowed ? text.mayTitle(principal, action) : text.mayNotTitle(principal, action)}
        description={groundText(simulation, text)}
      />
      <PagedTable
        label={text.statements}
        rows={statements}
        rowKey={({ policy, statement }) => `${policy} ${statement}`}
        empty={text.noStatements}
        columns={[
          { key: 'policy', title: text.policy, cell: ({ policy }) => policy },
          { key: 'statement', title: text.statement, className: 'narrow', cell: ({ statement }) => statement + 1 },
          { key: 'effect', title: text.effect, className: 'narrow', cell: ({ effect }) => effect },
          { key: 'why', title: text.why, cell: (fit) => <Why fit={fit} decides={by} /> },
        ]}
      />
    </Flex>
  );
}

function Why({ fit, decides }: { readonly fit: JudgedStatement; readonly decides: Ground | undefined }) {
  const text = useWords(accessWords);
  const { policy, statement, misses, applies, effect, failing } = fit;
  if (policy === decides?.policy && statement === decides.statement) return <strong>{text.decides}</strong>;
  if (misses) return misses === 'action' ? text.missesAction : text.missesResource;
  if (applies) return effect === 'Allow' ? text.allowsToo : text.deniesToo;
  return failing
    .map(({ operator, key, isUnknown }) => `${operator} ${key}: ${isUnknown ? text.isUnknown : text.doesNotHold}`)
    .join('; ');
}

function AllVerdicts({ verdicts, action }: { readonly verdicts: readonly Verdict[]; readonly action: string }) {
  const text = useWords(accessWords);
  const may = verdicts.filter(({ allowed }) => allowed).length;
  return (
    <Flex vertical gap="small">
      <Typography.Text strong role="status">
        {text.howManyMay(may, verdicts.length, action)}
      </Typography.Text>
      <PagedTable
        label={text.principals}
        rows={verdicts}
        rowKey={({ principal }) => principal}
        empty="–"
        columns={[
          { key: 'who', title: text.who, cell: ({ principal }) => principal },
          {
            key: 'may',
            title: text.may,
            className: 'narrow',
            cell: ({ allowed }) => (
              <Typography.Text type={allowed ? 'success' : 'danger'}>
                {allowed ? `✓ ${text.yes}` : `✗ ${text.no}`}
              </Typography.Text>
            ),
          },
          { key: 'because', title: text.because, cell: (verdict) => groundText(verdict, text) },
        ]}
      />
    </Flex>
  );
}

function groundText({ decision, by }: Verdict, text: Text): string {
  if (!by) return text.nothingAllows;
  if (by.policy === 'AccountOwner') return text.ownerMay;
  const through = by.through.flatMap((target) => Object.entries(target).map(([kind, name]) => `${kind} ${name}`));
  return text.statementOf(by.statement, by.policy, through.join(', '), decision === 'Allow');
}
