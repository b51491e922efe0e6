// What the simulator found: allowed or not, by which statement, and how every other statement stands to it.

import { Alert, Flex, Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import type { Ground, JudgedStatement, Simulated, Simulation, Verdict } from './simulate.ts';
import { simulatorWords } from './simulator-words.ts';
import { accessWords } from './words.ts';

type Words = (typeof simulatorWords)['en'];

export function VerdictView({ answer, action }: { readonly answer: Simulated; readonly action: string }) {
  return 'Simulation' in answer ? (
    <OneVerdict simulation={answer.Simulation} action={action} />
  ) : (
    <AllVerdicts verdicts={answer.Principals} action={action} />
  );
}

function OneVerdict({ simulation, action }: { readonly simulation: Simulation; readonly action: string }) {
  const text = useWords(accessWords);
  const say = useWords(simulatorWords);
  const { principal, allowed, statements, by } = simulation;
  return (
    <Flex vertical gap="middle">
      <Alert
        type={allowed ? 'success' : 'error'}
        showIcon
        role="status"
        title={allowed ? say.mayTitle(principal, action) : say.mayNotTitle(principal, action)}
        description={groundText(simulation, say)}
      />
      <PagedTable
        label={say.statements}
        rows={statements}
        rowKey={({ policy, statement }) => `${policy} ${statement}`}
        empty={say.noStatements}
        columns={[
          { key: 'policy', title: text.policy, cell: ({ policy }) => policy },
          { key: 'statement', title: say.statement, className: 'narrow', cell: ({ statement }) => statement + 1 },
          { key: 'effect', title: say.effect, className: 'narrow', cell: ({ effect }) => effect },
          { key: 'why', title: say.why, cell: (fit) => <Why fit={fit} decides={by} /> },
        ]}
      />
    </Flex>
  );
}

function Why({ fit, decides }: { readonly fit: JudgedStatement; readonly decides: Ground | undefined }) {
  const say = useWords(simulatorWords);
  const { policy, statement, misses, applies, effect, failing } = fit;
  if (policy === decides?.policy && statement === decides.statement) return <strong>{say.decides}</strong>;
  if (misses) return misses === 'action' ? say.missesAction : say.missesResource;
  if (applies) return effect === 'Allow' ? say.allowsToo : say.deniesToo;
  return failing
    .map(({ operator, key, isUnknown }) => `${operator} ${key}: ${isUnknown ? say.isUnknown : say.doesNotHold}`)
    .join('; ');
}

function AllVerdicts({ verdicts, action }: { readonly verdicts: readonly Verdict[]; readonly action: string }) {
  const text = useWords(accessWords);
  const say = useWords(simulatorWords);
  const may = verdicts.filter(({ allowed }) => allowed).length;
  return (
    <Flex vertical gap="small">
      <Typography.Text strong role="status">
        {say.howManyMay(may, verdicts.length, action)}
      </Typography.Text>
      <PagedTable
        label={say.principals}
        rows={verdicts}
        rowKey={({ principal }) => principal}
        empty="–"
        columns={[
          { key: 'who', title: say.who, cell: ({ principal }) => principal },
          {
            key: 'may',
            title: say.may,
            className: 'narrow',
            cell: ({ allowed }) => (
              <Typography.Text type={allowed ? 'success' : 'danger'}>
                {allowed ? `✓ ${text.yes}` : `✗ ${text.no}`}
              </Typography.Text>
            ),
          },
          { key: 'because', title: say.because, cell: (verdict) => groundText(verdict, say) },
        ]}
      />
    </Flex>
  );
}

function groundText({ decision, by }: Verdict, say: Words): string {
  if (!by) return say.nothingAllows;
  if (by.policy === 'AccountOwner') return say.ownerMay;
  const through = by.through.flatMap((target) => Object.entries(target).map(([kind, name]) => `${kind} ${name}`));
  return say.statementOf(by.statement, by.policy, through.join(', '), decision === 'Allow');
}
