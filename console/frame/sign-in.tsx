// The page of those who are not signed in: by name and password, or by access key.

import { Card, Segmented, Typography } from 'antd';
import type { SignedIn } from '../base/api.ts';
import { useWords } from '../base/language.tsx';
import { Refusal } from '../base/loaded.tsx';
import { useSetting } from '../base/setting.ts';
import { SignInByKey } from './sign-in-by-key.tsx';
import { SignInByPassword } from './sign-in-by-password.tsx';
import { frameWords } from './words.ts';

export interface SignInProps {
  readonly onSignedIn: (session: SignedIn) => void;
}

/** @param problem why a link that should have signed in did not. */
export function SignIn({ onSignedIn, problem }: SignInProps & { readonly problem?: unknown }) {
  const text = useWords(frameWords);
  const [way, chooseWay] = useSetting('sign-in', ['password', 'key'], 'password');
  return (
    <Card className="sign-in">
      <Typography.Title level={1} className="page-title page-title-alone">
        {text.signIn}
      </Typography.Title>
      {problem !== undefined && (
        <div className="above">
          <Refusal error={problem} />
        </div>
      )}
      <Segmented
        block
        className="above"
        aria-label={text.howToSignIn}
        value={way}
        onChange={chooseWay}
        options={[
          { value: 'password', label: text.withPassword },
          { value: 'key', label: text.withKey },
        ]}
      />
      {way === 'password' ? <SignInByPassword onSignedIn={onSignedIn} /> : <SignInByKey onSignedIn={onSignedIn} />}
    </Card>
  );
}
