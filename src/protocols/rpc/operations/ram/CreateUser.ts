import { Type } from 'typebox';
import { createUser } from '../../../../access/administration/users.ts';
import { maxUsers } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { full, knownUser, taken } from './known.ts';
import { userName } from './parameters.ts';
import { allUsers } from './resources.ts';
import { detailParameters, detailsOf, userView, userViewOf } from './user-view.ts';

export const CreateUser = operation(ram, {
  name: 'CreateUser',
  summary: 'Creates a user.',
  notes: ['A new user may do nothing: attach a policy to it or make it a member of a group.'],
  accessLevel: 'create',
  resource: allUsers,
  request: Type.Object({ UserName: userName(), ...detailParameters }),
  answer: Type.Object({ User: Type.Object(userView) }),
  refusals: [taken('user', 'alice'), full('user', 'alice', maxUsers)],
  example: { request: { UserName: 'alice', ...exampleOf(detailParameters) }, answer: { User: exampleOf(userView) } },
  handle: async ({ UserName, ...details }, { account, actor }, { administration, directory }) => {
    await createUser({ account, actor, user: UserName, ...detailsOf(details) }, administration);
    return { User: userViewOf(knownUser(directory, { account, name: UserName })) };
  },
});
