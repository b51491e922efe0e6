// How a user signs in to the console: its password, and its second factor.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { ApiError } from '../../base/api.ts';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { NewDevice } from './new-device.tsx';
import { ram } from './ram.ts';
import { accessWords } from './words.ts';

interface LoginProfile {
  readonly PasswordResetRequired: boolean;
  readonly MFABindRequired: boolean;
  readonly CreateDate: string;
}

/** `undefined` for what is not there, which is no failure. */
async function ifThere<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export function SignInOfUser({ user }: { readonly user: string }) {
  return (
    <>
      <Password user={user} />
      <SecondFactor user={user} />
    </>
  );
}

function Password({ user }: { readonly user: string }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isSetting, setSetting] = useState(false);
  const load = useCallback(
    () => ifThere(ram<{ LoginProfile: LoginProfile }>('GetLoginProfile', { UserName: user })),
    [user],
  );
  const [profile, reload] = useLoaded(load);
  const { run, problem } = useDoing(reload);
  const remove = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.takePassword(user),
      content: text.takePasswordText,
      action: text.takeAway,
    });
    if (isMeant) await run(() => ram('DeleteLoginProfile', { UserName: user }), text.saved);
  };
  const has = profile.state === 'here' && profile.value !== undefined;
  const now = profile.state === 'here' ? profile.value?.LoginProfile : undefined;
  return (
    <Section
      title={text.password}
      actions={
        <>
          <Button onClick={() => setSetting(true)}>{has ? text.changePassword : text.setPassword}</Button>
          {has && (
            <Button danger onClick={() => void remove()}>
              {text.takeAway}
            </Button>
          )}
        </>
      }
    >
      {problem}
      <Show loaded={profile} retry={reload}>
        {(answer) =>
          answer ? (
            <Descriptions
              size="small"
              column={{ xs: 1, md: 3 }}
              items={[
                {
                  key: 'reset',
                  label: text.resetRequired,
                  children: answer.LoginProfile.PasswordResetRequired ? text.yes : text.no,
                },
                {
                  key: 'mfa',
                  label: text.mfaRequired,
                  children: answer.LoginProfile.MFABindRequired ? text.yes : text.no,
                },
                {
                  key: 'created',
                  label: text.created,
                  children: <TimeText at={Date.parse(answer.LoginProfile.CreateDate)} />,
                },
              ]}
            />
          ) : (
            <p>{text.noPassword}</p>
          )
        }
      </Show>
      {isSetting && (
        <FormDialog
          title={has ? text.changePassword : text.setPassword}
          action={text.save}
          fields={[
            {
              name: 'Password',
              label: text.password,
              kind: 'password',
              isRequired: !has,
              autoComplete: 'new-password',
              ...(has && { help: text.passwordStays }),
            },
            { name: 'PasswordResetRequired', label: text.resetRequired, kind: 'switch' },
            { name: 'MFABindRequired', label: text.mfaRequired, kind: 'switch' },
          ]}
          initially={{
            PasswordResetRequired: String(now?.PasswordResetRequired ?? false),
            MFABindRequired: String(now?.MFABindRequired ?? false),
          }}
          submit={async (values) => {
            await ram(has ? 'UpdateLoginProfile' : 'CreateLoginProfile', { UserName: user, ...values });
            reload();
          }}
          onClose={() => setSetting(false)}
        />
      )}
    </Section>
  );
}

function SecondFactor({ user }: { readonly user: string }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isBinding, setBinding] = useState(false);
  const load = useCallback(
    () => ifThere(ram<{ MFADevice: { SerialNumber: string } }>('GetUserMFAInfo', { UserName: user })),
    [user],
  );
  const [device, reload] = useLoaded(load);
  const { run, problem } = useDoing(reload);
  const unbind = async (): Promise<void> => {
    const isMeant = await confirm({ title: text.unbind(user), content: text.unbindText, action: text.unbindAction });
    if (!isMeant) return;
    await run(async () => {
      const { MFADevice } = await ram<{ MFADevice: { SerialNumber: string } }>('UnbindMFADevice', { UserName: user });
      await ram('DeleteVirtualMFADevice', { SerialNumber: MFADevice.SerialNumber });
    }, text.saved);
  };
  const has = device.state === 'here' && device.value !== undefined;
  return (
    <Section
      title={text.secondFactor}
      actions={
        has ? (
          <Button danger onClick={() => void unbind()}>
            {text.unbindAction}
          </Button>
        ) : (
          <Button onClick={() => setBinding(true)}>{text.bind}</Button>
        )
      }
    >
      {problem}
      <Show loaded={device} retry={reload}>
        {(answer) => (answer ? <code className="wrap">{answer.MFADevice.SerialNumber}</code> : <p>{text.noDevice}</p>)}
      </Show>
      {isBinding && (
        <NewDevice
          user={user}
          onClose={() => {
            setBinding(false);
            reload();
          }}
        />
      )}
    </Section>
  );
}
