// The access keys of a user, or of whoever is signed in: made (the secret is shown once), switched, deleted, last used.

import { Alert, Button, Flex, Modal, Typography } from 'antd';
import { useCallback, useState } from 'react';
import { Code } from '../../base/code.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { download } from '../../base/download.ts';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { type AccessKey, ram } from './ram.ts';
import { accessWords } from './words.ts';

interface NewKey extends AccessKey {
  readonly AccessKeySecret: string;
}

interface ShownKey extends AccessKey {
  /** ISO 8601; empty for one that was never used. */
  readonly lastUsed: string;
}

/** @param user the signed-in one's where left out. */
export function AccessKeys({ user }: { readonly user?: string }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [made, setMade] = useState<NewKey>();
  const load = useCallback(() => keysWithUse(ownerOf(user)), [user]);
  const [keys, reload] = useLoaded(load);
  const { run, problem, isBusy } = useDoing(reload);
  const owner = ownerOf(user);
  const create = (): Promise<boolean> =>
    run(async () => setMade((await ram<{ AccessKey: NewKey }>('CreateAccessKey', owner)).AccessKey), text.keyMade);
  const turn = async ({ AccessKeyId, Status }: AccessKey): Promise<void> => {
    const next = Status === 'Active' ? 'Inactive' : 'Active';
    const isMeant =
      next === 'Active' ||
      (await confirm({
        title: text.disableKey(AccessKeyId),
        content: text.disableKeyText,
        action: text.disable,
        canBeUndone: true,
      }));
    if (!isMeant) return;
    await run(() => ram('UpdateAccessKey', { ...owner, UserAccessKeyId: AccessKeyId, Status: next }), text.saved);
  };
  const remove = async ({ AccessKeyId }: AccessKey): Promise<void> => {
    const isMeant = await confirm({
      title: text.deleteKey(AccessKeyId),
      content: text.deleteKeyText,
      action: text.delete,
    });
    if (isMeant)
      await run(() => ram('DeleteAccessKey', { ...owner, UserAccessKeyId: AccessKeyId }), text.deleted(AccessKeyId));
  };
  return (
    <Section
      title={text.accessKeys}
      actions={
        <Button loading={isBusy} onClick={() => void create()}>
          {text.createKey}
        </Button>
      }
    >
      {problem}
      <Show loaded={keys} retry={reload}>
        {(shown) => (
          <PagedTable
            label={text.accessKeys}
            rows={shown}
            rowKey={({ AccessKeyId }) => AccessKeyId}
            empty={text.noKeys}
            columns={[
              { key: 'id', title: text.keyId, className: 'code-cell', cell: ({ AccessKeyId }) => AccessKeyId },
              {
                key: 'status',
                title: text.status,
                cell: ({ Status }) => (Status === 'Active' ? text.active : text.inactive),
              },
              {
                key: 'used',
                title: text.lastUsed,
                cell: ({ lastUsed }) => (lastUsed ? <TimeText at={Date.parse(lastUsed)} as="both" /> : text.never),
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
                cell: (key) => (
                  <Flex gap="small">
                    <Button
                      size="small"
                      aria-label={`${key.Status === 'Active' ? text.disable : text.enable} ${key.AccessKeyId}`}
                      onClick={() => void turn(key)}
                    >
                      {key.Status === 'Active' ? text.disable : text.enable}
                    </Button>
                    <Button
                      size="small"
                      danger
                      aria-label={`${text.delete} ${key.AccessKeyId}`}
                      onClick={() => void remove(key)}
                    >
                      {text.delete}
                    </Button>
                  </Flex>
                ),
              },
            ]}
          />
        )}
      </Show>
      {made && <MadeKey made={made} onClose={() => setMade(undefined)} />}
    </Section>
  );
}

function ownerOf(user: string | undefined): Record<string, string> {
  return user === undefined ? {} : { UserName: user };
}

/** Who may list keys but not see their last use still gets the list. */
async function keysWithUse(owner: Record<string, string>): Promise<readonly ShownKey[]> {
  const { AccessKeys } = await ram<{ AccessKeys: { AccessKey: readonly AccessKey[] } }>('ListAccessKeys', owner);
  return await Promise.all(
    AccessKeys.AccessKey.map(async (key) => {
      const asked = { ...owner, UserAccessKeyId: key.AccessKeyId };
      const lastUsed = await ram<{ AccessKeyLastUsed: { LastUsedDate: string } }>('GetAccessKeyLastUsed', asked)
        .then(({ AccessKeyLastUsed }) => AccessKeyLastUsed.LastUsedDate)
        .catch(() => '');
      return { ...key, lastUsed };
    }),
  );
}

/** The only time that the secret is seen: it goes with the dialog. */
function MadeKey({ made, onClose }: { readonly made: NewKey; readonly onClose: () => void }) {
  const text = useWords(accessWords);
  const say = useWords(commonWords);
  const { AccessKeyId, AccessKeySecret } = made;
  const exports = `export CERTITUDE_ACCESS_KEY_ID=${AccessKeyId}\nexport CERTITUDE_ACCESS_KEY_SECRET=${AccessKeySecret}\n`;
  const save = (): void => {
    const csv = `AccessKeyId,AccessKeySecret\n${AccessKeyId},${AccessKeySecret}\n`;
    download(`${AccessKeyId}.csv`, new Blob([csv], { type: 'text/csv' }));
  };
  return (
    <Modal
      open
      title={text.keyMade}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        <Flex gap="small" justify="end" wrap>
          <Button onClick={save}>{say.download}</Button>
          <Button type="primary" onClick={onClose}>
            {text.secretKept}
          </Button>
        </Flex>
      }
    >
      <Alert type="warning" showIcon title={text.secretOnce} className="gap-below" />
      <Code label={text.keyId} text={AccessKeyId} />
      <Code label={text.secret} text={AccessKeySecret} />
      <Typography.Paragraph type="secondary">{text.forShell}</Typography.Paragraph>
      <Code label={text.environment} text={exports} />
    </Modal>
  );
}
