import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { listOf, pageAnswer, pageOf, pageParameters } from './paging.ts';
import { tagList } from './parameters.ts';
import { allRoles } from './resources.ts';
import { listedRoleView, listedRoleViewOf } from './role-view.ts';
import { hasTags, tagsView, tagsViewOf } from './tags.ts';
import { dateText, updateDate } from './times.ts';

const view = { ...listedRoleView, UpdateDate: updateDate, Tags: tagsView };

export const ListRoles = operation(ram, {
  name: 'ListRoles',
  summary: 'Lists the roles, sorted by name.',
  notes: ['With Tag, those that have all of these tags.'],
  accessLevel: 'list',
  resource: allRoles,
  request: Type.Object({ ...pageParameters, Tag: Type.Optional(tagList('Tags that are asked for.')) }),
  answer: Type.Object({ Roles: listOf('Role', Type.Object(view), 'The page.'), ...pageAnswer }),
  refusals: [],
  example: { request: { MaxItems: 100 }, answer: { Roles: { Role: [exampleOf(view)] }, IsTruncated: false } },
  handle: ({ Tag = [], ...asked }, { account }, { directory }) => {
    const listed = directory.roles(account).filter(({ tags }) => hasTags(tags, Tag));
    const { page, position } = pageOf(listed, ({ name }) => name, asked);
    const Role = page.map((role) => ({
      ...listedRoleViewOf(role, account),
      UpdateDate: dateText(role.updatedAt),
      Tags: tagsViewOf(role.tags),
    }));
    return { Roles: { Role }, ...position };
  },
});
