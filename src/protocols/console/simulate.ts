// The simulator: whether a user or role may do something, or who may, and because of which statement of which policy.

import { type Static, Type } from 'typebox';
import { type Asked, whoMay } from '../../access/explain.ts';
import { parseAddress } from '../../access/ip-range.ts';
import { findPrincipal, nameOf, simulate, simulationJson } from '../../access/simulation.ts';
import { parseUtc, toMillis } from '../../base/time.ts';
import type { Services } from '../edge.ts';
import { findOperation, products } from '../rpc/catalog.ts';
import { invalid } from '../rpc/errors.ts';
import type { Operation } from '../rpc/operation.ts';
import { known } from '../rpc/operations/ram/known.ts';
import { ListPoliciesForUser } from '../rpc/operations/ram/ListPoliciesForUser.ts';
import { maxTags, roleName, tagList, userName } from '../rpc/operations/ram/parameters.ts';
import { text } from '../rpc/operations/shapes.ts';
import { underOperation } from './under-operation.ts';

const request = Type.Object({
  UserName: Type.Optional(userName()),
  RoleName: Type.Optional(roleName()),
  Action: text(128, 'Operation, with the product in front.', 'yundun-cert:ListCert'),
  Resource: Type.Optional(text(2048, 'ARN of the resource; * where left out: all the product holds.', '*')),
  SourceIp: Type.Optional(text(64, 'Address of the caller; unknown where left out.', '192.0.2.7')),
  CurrentTime: Type.Optional(text(20, 'Moment of the call, UTC; now where left out.', '2026-02-23T12:46:24Z')),
  SecureTransport: Type.Optional(Type.Boolean({ description: 'Whether the call comes over TLS.' })),
  MFAPresent: Type.Optional(Type.Boolean({ description: 'Whether the caller gave a second factor.' })),
  UserAgent: Type.Optional(text(256, 'What the client calls itself.', 'curl/8.5.0')),
  RequestTag: Type.Optional(tagList(`Tags that the call carries, up to ${maxTags}.`)),
  ResourceTag: Type.Optional(tagList(`Tags that the resource has, up to ${maxTags}.`)),
});

/** Of a role what ListPoliciesForRole would ask for; of all principals all there is. */
const asUser: Operation = {
  ...ListPoliciesForUser,
  resource: (parameters) => {
    const [user, role] = [parameters.get('UserName'), parameters.get('RoleName')];
    return user ? `user/${user}` : role ? `role/${role}` : '*';
  },
};

/** One principal's verdict with all statements; without a user or role the verdicts of all principals. */
export const simulateAccess = underOperation(asUser, request, (written, { account }, { directory, clock }) => {
  const { UserName, RoleName, ...facts } = written;
  if (UserName !== undefined && RoleName !== undefined) throw invalid('RoleName', 'must not come with UserName');
  const asked = readAsked(facts, clock);
  const what = UserName === undefined ? 'role' : 'user';
  const name = UserName ?? RoleName;
  if (name === undefined) return { Principals: whoMay(directory, account, asked).map(verdictJson) };
  const principal = known(findPrincipal(directory, `acs:ram::${account}:${what}/${name}`), what, name);
  return { Simulation: simulationJson(simulate(directory, principal, asked)) };
});

function verdictJson({ arn, decision, through }: ReturnType<typeof whoMay>[number]) {
  const by = 'by' in decision ? { ...decision.by, through } : undefined;
  return { principal: arn, allowed: decision.allowed, decision: nameOf(decision), ...(by && { by }) };
}

type Written = Omit<Static<typeof request>, 'UserName' | 'RoleName'>;

function readAsked(written: Written, clock: Services['clock']): Asked {
  const { Action, Resource = '*', SourceIp = 'unknown', CurrentTime, UserAgent } = written;
  if (SourceIp !== 'unknown' && parseAddress(SourceIp) === undefined)
    throw invalid('SourceIp', 'must be an IPv4 or IPv6 address');
  const time = CurrentTime === undefined ? undefined : parseUtc(CurrentTime);
  if (CurrentTime !== undefined && time === undefined) throw invalid('CurrentTime', 'must be as 2026-02-23T12:46:24Z');
  return {
    action: readAction(Action),
    resource: Resource,
    context: {
      currentTime: time === undefined ? clock.now() : toMillis(time),
      secureTransport: written.SecureTransport ?? false,
      mfaPresent: written.MFAPresent ?? false,
      sourceIp: SourceIp,
      ...(UserAgent !== undefined && { userAgent: UserAgent }),
      requestTags: tagsOf(written.RequestTag),
      resourceTags: tagsOf(written.ResourceTag),
    },
  };
}

/** @throws {ParameterError} for an operation that is not there: the answer would be about a slip of the pen. */
function readAction(written: string): string {
  const [, product] = /^([a-z0-9-]+):[A-Za-z0-9_-]+$/.exec(written) ?? [];
  const isOurs = products.some(({ ramCode }) => ramCode === product);
  if (product === undefined || (isOurs && findOperation(written) === undefined))
    throw invalid('Action', 'must be <product>:<operation> of an operation that there is');
  return written;
}

function tagsOf(tags: readonly { readonly Key: string; readonly Value?: string }[] = []): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key, Value = '' }) => [Key, Value]));
}
