// What a user has to do before anything else: choose another password, bind an MFA device.

import { Button, Card, Form, Typography } from 'antd';
import { bindMfaDevice, chooseNewPassword, offeredMfaSeed, type SignedIn, signOut } from '../base/api.ts';
import { Authenticator } from '../base/authenticator.tsx';
import { useWords } from '../base/language.tsx';
import { Show, useLoaded } from '../base/loaded.tsx';
import { type NewPassword, NewPasswordFields } from '../base/new-password.tsx';
import { SubmitLine, useSubmitting } from '../base/submitting.tsx';
import type { SignInProps } from './sign-in.tsx';
import { frameWords } from './words.ts';

export function OwedStep({ session, onSignedIn }: SignInProps & { readonly session: SignedIn }) {
  const text = useWords(frameWords);
  return (
    <Card className="sign-in">
      {session.owes === 'change-password' ? (
        <ChoosePassword session={session} onSignedIn={onSignedIn} />
      ) : (
        <BindDevice onSignedIn={onSignedIn} />
      )}
      <Button type="link" block onClick={() => void signOut().catch(() => location.reload())}>
        {text.signOut}
      </Button>
    </Card>
  );
}

function ChoosePassword({ session, onSignedIn }: SignInProps & { readonly session: SignedIn }) {
  const text = useWords(frameWords);
  const submitting = useSubmitting();
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {text.changePassword}
      </Typography.Title>
      <p>{text.changePasswordLead}</p>
      <Form<NewPassword>
        layout="vertical"
        requiredMark={false}
        onFinish={({ newPassword }) => submitting.run(async () => onSignedIn(await chooseNewPassword(newPassword)))}
      >
        {/* For password managers: whose password it is. */}
        <input hidden readOnly autoComplete="username" value={session.displayName} aria-label={text.userName} />
        <NewPasswordFields />
        <SubmitLine submitting={submitting} label={text.save} />
      </Form>
    </>
  );
}

function BindDevice({ onSignedIn }: SignInProps) {
  const text = useWords(frameWords);
  const [offered, retry] = useLoaded(offeredMfaSeed);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {text.bindDevice}
      </Typography.Title>
      <p>{text.bindDeviceLead}</p>
      <Show loaded={offered} retry={retry}>
        {(shown) => (
          <Authenticator {...shown} onCodes={async (first, second) => onSignedIn(await bindMfaDevice(first, second))} />
        )}
      </Show>
    </>
  );
}
