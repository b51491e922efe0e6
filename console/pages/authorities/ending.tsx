// Revoking a CA, and taking a revoked one out of the lists.

import { App, Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { callOperation } from '../../base/api.ts';
import { useConfirm } from '../../base/confirm.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { go, hrefOf } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { numberText } from '../../base/time-text.tsx';
import type { DescribedAuthority } from './authority-data.ts';
import { authoritiesWords } from './words.ts';

interface EndingProps {
  readonly authority: DescribedAuthority;
  readonly onDone: () => void;
}

export function Ending({ authority, onDone }: EndingProps) {
  const say = useWords(authoritiesWords);
  const language = useLanguage();
  const confirm = useConfirm();
  const { message } = App.useApp();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const { Identifier, SubjectDN, Status, CertIssuedCount, ParentIdentifier } = authority;
  const name = commonNameIn(SubjectDN);
  const isRevoked = Status === 'REVOKE';
  const count = numberText(CertIssuedCount, language);
  const follows = [
    say.followsBelow(count),
    say.followsNothingMore,
    ParentIdentifier === '' ? say.followsRoot : say.followsCrl,
    say.followsNoWayBack,
  ];

  const act = async (question: Parameters<typeof confirm>[0], action: string, then: () => void): Promise<void> => {
    if (!(await confirm(question))) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await callOperation(action, { Identifier });
      then();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const list = (lines: readonly string[]) => (
    <ul className="follows">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
  const revoke = () =>
    act(
      { title: say.revokeQuestion(name), content: list(follows), action: say.revoke },
      'UpdateCACertificateStatus',
      () => {
        void message.success(say.isRevokedNow(name));
        onDone();
      },
    );
  const remove = () =>
    act(
      { title: say.deleteQuestion(name), content: list([say.deleteFollows]), action: say.delete },
      'DeleteClientCertificate',
      () => go(hrefOf('authorities')),
    );

  return (
    <section className="panel" aria-label={isRevoked ? say.delete : say.revoke}>
      <Typography.Title level={2} className="panel-title">
        {isRevoked ? say.delete : say.revoke}
      </Typography.Title>
      {isRevoked ? <p>{say.deleteFollows}</p> : list(follows)}
      {problem !== undefined && <Refusal error={problem} />}
      <Flex className="gap-above">
        <Button danger loading={isBusy} onClick={() => void (isRevoked ? remove() : revoke())}>
          {isRevoked ? say.deleteThis : say.revokeThis}
        </Button>
      </Flex>
    </section>
  );
}
