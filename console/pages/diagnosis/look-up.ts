// What the service knows of a call by its RequestId, and what a diagnostic message says.

import type { LoggedCallAnswer } from '../../../src/protocols/console/logged-call.ts';
import { callOperation, send } from '../../base/api.ts';

/** @throws {ApiError} */
export function findCall(requestId: string): Promise<LoggedCallAnswer> {
  return send('POST', 'logged-call', { parameters: { RequestId: requestId } });
}

/** As DecodeDiagnosticMessage answers. */
export interface DecodedMessage {
  readonly ExplicitDeny: boolean;
  readonly AuthAction: string;
  readonly AuthResource: string;
  readonly AuthPrincipal: { readonly AuthPrincipalType: string; readonly AuthPrincipalDisplayName: string };
  readonly AuthConditions: readonly { readonly ConditionKey: string; readonly ConditionValues: readonly string[] }[];
  readonly MatchedPolicies: readonly {
    readonly PolicyIdentifier: string;
    readonly PolicyVersion?: string;
    readonly AttachedEntityType: string;
    readonly StatementIndex: number;
  }[];
}

/** @throws {ApiError} */
export async function decodeMessage(message: string): Promise<DecodedMessage> {
  const { DecodedDiagnosticMessage } = await callOperation<{ DecodedDiagnosticMessage: DecodedMessage }>(
    'DecodeDiagnosticMessage',
    { EncodedDiagnosticMessage: message },
    '2015-05-01',
  );
  return DecodedDiagnosticMessage;
}
