// The first administrator: a user with password and second factor, made by the root that a one-time link signed in.

import { Button, Card, Form, Input, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { Authenticator } from '../../base/authenticator.tsx';
import { useWords } from '../../base/language.tsx';
import { type NewPassword, NewPasswordFields } from '../../base/new-password.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { useSession } from '../../base/session.tsx';
import { SubmitLine, useSubmitting } from '../../base/submitting.tsx';
import { bindDevice, makeAdministrator, makeDevice, type NewDevice } from './making.ts';
import { administratorWords } from './words.ts';

export function Page() {
  const text = useWords(administratorWords);
  const { principal, account } = useSession();
  const [made, setMade] = useState<{ readonly user: string; readonly device: NewDevice }>();
  const [isDone, setDone] = useState(false);
  const isRoot = principal.endsWith(':root');
  // Whoever is made an administrator signs in where root signed out.
  useEffect(() => {
    if (!isRoot) go(hrefOf(''), { replace: true });
  }, [isRoot]);
  if (!isRoot) return null;
  if (made && isDone) {
    return (
      <Card className="narrow">
        <Typography.Title level={1} className="page-title">
          {text.madeHeading}
        </Typography.Title>
        <p>
          {text.signInAs} <Typography.Text code copyable={false}>{`${made.user}@${account}`}</Typography.Text>
        </p>
        <p>{text.ready}</p>
        <Link href={hrefOf('')}>{text.goOn}</Link>
      </Card>
    );
  }
  if (made) {
    return (
      <Card className="narrow">
        <Typography.Title level={1} className="page-title">
          {text.bindHeading}
        </Typography.Title>
        <Authenticator
          seed={made.device.seed}
          qrCode={made.device.qrCode}
          onCodes={async (first, second) => {
            await bindDevice(made.user, made.device, first, second);
            setDone(true);
          }}
        />
        <Button type="link" block onClick={() => setDone(true)}>
          {text.withoutDevice}
        </Button>
      </Card>
    );
  }
  return <MakeAdministrator onMade={(user, device) => setMade({ user, device })} />;
}

interface MakeProps {
  readonly onMade: (user: string, device: NewDevice) => void;
}

type Wanted = NewPassword & { readonly userName: string };

function MakeAdministrator({ onMade }: MakeProps) {
  const text = useWords(administratorWords);
  const submitting = useSubmitting();
  const submit = ({ userName, newPassword }: Wanted): Promise<void> =>
    submitting.run(async () => {
      await makeAdministrator(userName, newPassword);
      onMade(userName, await makeDevice(userName));
    });
  const rules = [{ required: true, pattern: /^[A-Za-z0-9._-]{1,64}$/, message: text.userNameRule }];
  return (
    <Card className="narrow">
      <Typography.Title level={1} className="page-title">
        {text.heading}
      </Typography.Title>
      <p>{text.lead}</p>
      <Form<Wanted>
        layout="vertical"
        requiredMark={false}
        initialValues={{ userName: 'admin' }}
        onFinish={submit}
        autoComplete="off"
      >
        <Form.Item name="userName" label={text.userName} rules={rules}>
          <Input autoComplete="username" spellCheck={false} autoCapitalize="none" />
        </Form.Item>
        <NewPasswordFields />
        <SubmitLine submitting={submitting} label={text.make} />
      </Form>
      <p>
        <Link href={hrefOf('')}>{text.later}</Link>
      </p>
    </Card>
  );
}
