// The versions of a policy: what each says, which one is in force, going back, deleting.

import { Button, Flex } from 'antd';
import { useCallback, useState } from 'react';
import { Code } from '../../base/code.tsx';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { prettyDocument } from './lazy-policy-editor.tsx';
import { ram } from './ram.ts';
import { accessWords } from './words.ts';

interface Version {
  readonly VersionId: string;
  readonly IsDefaultVersion: boolean;
  readonly PolicyDocument: string;
  readonly CreateDate: string;
}

/** @param reload of the policy around it, which shows the version in force */
export function PolicyVersions({ name, reload }: { readonly name: string; readonly reload: () => void }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const load = useCallback(
    () =>
      ram<{ PolicyVersions: { PolicyVersion: readonly Version[] } }>('ListPolicyVersions', {
        PolicyName: name,
        PolicyType: 'Custom',
      }),
    [name],
  );
  const [versions, again] = useLoaded(load);
  const [shown, setShown] = useState<Version>();
  const { run, problem } = useDoing(() => {
    again();
    reload();
  });
  const enforce = async ({ VersionId }: Version): Promise<void> => {
    const isMeant = await confirm({
      title: text.enforceVersion(VersionId),
      content: text.enforceVersionText,
      action: text.enforce,
      canBeUndone: true,
    });
    if (isMeant) await run(() => ram('SetDefaultPolicyVersion', { PolicyName: name, VersionId }), text.saved);
  };
  const remove = async ({ VersionId }: Version): Promise<void> => {
    const isMeant = await confirm({
      title: text.deleteVersion(VersionId),
      content: text.deleteVersionText,
      action: text.delete,
    });
    if (isMeant) await run(() => ram('DeletePolicyVersion', { PolicyName: name, VersionId }), text.deleted(VersionId));
  };
  return (
    <Section title={text.versions}>
      {problem}
      <Show loaded={versions} retry={again}>
        {({ PolicyVersions }) => (
          <PagedTable
            label={text.versions}
            rows={PolicyVersions.PolicyVersion}
            rowKey={({ VersionId }) => VersionId}
            empty="–"
            columns={[
              { key: 'id', title: text.version, cell: ({ VersionId }) => VersionId },
              {
                key: 'force',
                title: text.status,
                cell: ({ IsDefaultVersion }) => (IsDefaultVersion ? text.inForce : text.notInForce),
              },
              {
                key: 'created',
                title: text.created,
                cell: ({ CreateDate }) => <TimeText at={Date.parse(CreateDate)} />,
              },
              {
                key: 'actions',
                title: text.actions,
                className: 'narrow',
                cell: (version) => (
                  <Flex gap="small">
                    <Button size="small" onClick={() => setShown(version === shown ? undefined : version)}>
                      {text.show} {version.VersionId}
                    </Button>
                    {!version.IsDefaultVersion && (
                      <>
                        <Button size="small" onClick={() => void enforce(version)}>
                          {text.enforce} {version.VersionId}
                        </Button>
                        <Button size="small" danger onClick={() => void remove(version)}>
                          {text.delete} {version.VersionId}
                        </Button>
                      </>
                    )}
                  </Flex>
                ),
              },
            ]}
          />
        )}
      </Show>
      {shown && <Code label={text.documentOf(shown.VersionId)} text={prettyDocument(shown.PolicyDocument)} />}
    </Section>
  );
}
