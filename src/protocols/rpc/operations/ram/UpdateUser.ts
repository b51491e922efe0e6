import { Type } from 'typebox';
import { updateUser } from '../../../../access/administration/users.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownUser, noUser, taken } from './known.ts';
import { userName } from './parameters.ts';
import { renamed } from './resources.ts';
import { changedUserView, changedUserViewOf, detailParameters, detailsOf } from './user-view.ts';

export const UpdateUser = operation(ram, {
  name: 'UpdateUser',
  summary: 'Changes a user, and may give it another name.',
  notes: [
    'What is left out stays as it is.',
    'A renamed user keeps its id, access keys, groups and policies. Permission is needed for both names.',
    'A trust policy that names the user by its old name does not mean it any more.',
  ],
  accessLevel: 'update',
  resource: renamed('user', 'UserName', 'NewUserName'),
  request: Type.Object({
    UserName: userName(),
    NewUserName: Type.Optional(userName('Another name for the user.', 'alice')),
    NewDisplayName: detailParameters.DisplayName,
    NewMobilePhone: detailParameters.MobilePhone,
    NewEmail: detailParameters.Email,
    NewComments: detailParameters.Comments,
  }),
  answer: Type.Object({ User: Type.Object(changedUserView) }),
  refusals: [noUser, taken('user', 'alice')],
  example: {
    request: { UserName: 'alice', NewComments: 'Works on the gateway.' },
    answer: { User: exampleOf(changedUserView) },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const { UserName, NewUserName, NewDisplayName, NewMobilePhone, NewEmail, NewComments } = request;
    const details = detailsOf({
      ...(NewDisplayName !== undefined && { DisplayName: NewDisplayName }),
      ...(NewMobilePhone !== undefined && { MobilePhone: NewMobilePhone }),
      ...(NewEmail !== undefined && { Email: NewEmail }),
      ...(NewComments !== undefined && { Comments: NewComments }),
    });
    // A name given to itself is no renaming.
    const newName = NewUserName === undefined || NewUserName === UserName ? {} : { newName: NewUserName };
    await updateUser({ account, actor, user: UserName, ...newName, ...details }, administration);
    return { User: changedUserViewOf(knownUser(directory, { account, name: NewUserName ?? UserName })) };
  },
});
