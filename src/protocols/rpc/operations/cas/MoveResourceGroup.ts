import { Type } from 'typebox';
import { label } from '../../../../registry/labels.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer, text } from '../shapes.ts';
import { identifiersOf, optionalRegion, resourceId, resourceType } from './resource-parameters.ts';

export const MoveResourceGroup = operation(cas, {
  name: 'MoveResourceGroup',
  summary: 'Moves a certificate or CA to another resource group.',
  notes: ['A resource group is a name that lists can be filtered by; any will do.'],
  accessLevel: 'update',
  request: Type.Object({
    RegionId: optionalRegion,
    ResourceType: resourceType,
    ResourceId: resourceId,
    ResourceGroupId: text(64, 'Resource group to move it to.', 'rg-aekzexample'),
  }),
  answer: noAnswer,
  refusals: ['certificate-not-found'],
  example: {
    request: {
      ResourceType: 'PcaCertificate',
      ResourceId: '160ae6bb538d538c70c01f81dcf20001',
      ResourceGroupId: 'rg-aekzexample',
    },
    answer: {},
  },
  handle: async ({ ResourceId, ResourceGroupId }, { account, actor }, { store, clock }) => {
    const change = { resourceGroupId: ResourceGroupId };
    await label({ account, actor, identifiers: identifiersOf([ResourceId]), change }, { store, clock });
    return {};
  },
});
