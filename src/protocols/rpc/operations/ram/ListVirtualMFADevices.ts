import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { deviceView, serialNumberOf } from './device.ts';
import { knownUser } from './known.ts';
import { listOf } from './paging.ts';
import { allDevices } from './resources.ts';
import { date, dateText } from './times.ts';
import { namedUserView, namedUserViewOf, userView } from './user-view.ts';

const user = { UserId: userView.UserId, ...namedUserView };
const activateDate = date('When it was bound to its user.');
const view = Type.Object({
  ...deviceView,
  ActivateDate: Type.Optional(activateDate),
  User: Type.Optional(Type.Object(user, { description: 'Whom it is bound to.' })),
});

export const ListVirtualMFADevices = operation(ram, {
  name: 'ListVirtualMFADevices',
  summary: 'Lists the virtual MFA devices.',
  notes: ['A device without a user has neither User nor ActivateDate.'],
  accessLevel: 'list',
  resource: allDevices,
  request: Type.Object({}),
  answer: Type.Object({ VirtualMFADevices: listOf('VirtualMFADevice', view, 'The devices.') }),
  refusals: [],
  example: {
    request: {},
    answer: {
      VirtualMFADevices: {
        VirtualMFADevice: [
          { ...exampleOf(deviceView), ...exampleOf({ ActivateDate: activateDate }), User: exampleOf(user) },
        ],
      },
    },
  },
  handle: (_, { account }, { directory }) => {
    const VirtualMFADevice = directory.mfaDevices(account).map((device) => {
      const SerialNumber = serialNumberOf(account, device);
      if (device.user === undefined) return { SerialNumber };
      const owner = knownUser(directory, { account, name: device.user });
      const User = { UserId: owner.userId, ...namedUserViewOf(owner) };
      return { SerialNumber, ActivateDate: dateText(device.boundAt), User };
    });
    return { VirtualMFADevices: { VirtualMFADevice } };
  },
});
