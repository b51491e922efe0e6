// Access: who there is, what they may do, and whether they may do a given thing.

import { Flex, Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import type { PageProps } from '../page-entry.ts';
import './access.css';
import { useSession } from '../../base/session.tsx';
import { AccessKeys } from './access-keys.tsx';
import { GroupPage } from './group.tsx';
import { Groups } from './groups.tsx';
import { Policies } from './policies.tsx';
import { PolicyPage } from './policy.tsx';
import { RolePage } from './role.tsx';
import { Roles } from './roles.tsx';
import { Simulator } from './simulator.tsx';
import { UserPage } from './user.tsx';
import { Users } from './users.tsx';
import { accessWords } from './words.ts';

const parts = ['users', 'groups', 'roles', 'policies', 'keys', 'simulator'] as const;
type Part = (typeof parts)[number];

export function Page({ rest }: PageProps) {
  const text = useWords(accessWords);
  const [wanted] = rest;
  const part = parts.find((each) => each === wanted) ?? 'users';
  return (
    <Flex vertical gap="middle" className="access">
      <Typography.Title level={1}>{text.heading}</Typography.Title>
      <nav aria-label={text.parts} className="access-parts">
        {parts.map((each) => (
          <Link key={each} href={hrefOf(`access/${each}`)} {...(each === part && { 'aria-current': 'page' })}>
            {text[each]}
          </Link>
        ))}
      </nav>
      <Shown key={rest.join('/')} part={part} names={rest.slice(1)} />
    </Flex>
  );
}

function Shown({ part, names: [name, second] }: { readonly part: Part; readonly names: readonly string[] }) {
  switch (part) {
    case 'users':
      return name === undefined ? <Users /> : <UserPage name={name} />;
    case 'groups':
      return name === undefined ? <Groups /> : <GroupPage name={name} />;
    case 'roles':
      return name === undefined ? <Roles /> : <RolePage name={name} />;
    case 'policies':
      return name === undefined || second === undefined ? (
        <Policies />
      ) : (
        <PolicyPage type={name === 'system' ? 'System' : 'Custom'} name={second} />
      );
    case 'keys':
      return <OwnKeys />;
    case 'simulator':
      return <Simulator />;
  }
}

/** Of whoever is signed in: the root's keys are nobody else's. */
function OwnKeys() {
  const text = useWords(accessWords);
  const { principal } = useSession();
  return (
    <>
      <Typography.Text type="secondary">{text.ownKeysOf(principal)}</Typography.Text>
      <AccessKeys />
    </>
  );
}
