// What one operation of the API is: everything about it in one declaration. Decoding, types, permission table, OpenAPI
// document, reference page and command-line call all come from here.

import type { Static, TObject } from 'typebox';
import type { ConditionContext } from '../../access/condition-context.ts';
import type { Principal } from '../../access/principal.ts';
import type { AccountId, Actor } from '../../base/journal-entry.ts';
import type { Refusal } from '../../base/refusal.ts';
import type { Services } from '../edge.ts';
import { decode } from './decode.ts';
import type { Parameters } from './parameter-list.ts';
import type { Product } from './product.ts';
import type { WrittenAnswer } from './render.ts';

/** Access levels of the vendor's permission table. */
export type AccessLevel = 'create' | 'get' | 'list' | 'update' | 'delete';

/** Who calls, once signature and permission are settled. */
export interface Call {
  readonly account: AccountId;
  readonly principal: Principal;
  readonly actor: Actor;
  /** What conditions of policies may ask about it. */
  readonly context: () => ConditionContext;
}

/**
 * What a call is about: as in an ARN after the account (`user/alice`), or a whole ARN for what is in no account, or in
 * another or of another product. Permission is needed for each of several.
 */
export type ResourceOf = (parameters: Parameters, principal: Principal) => string | readonly string[] | undefined;

/** What a release changed about an operation, for whoever calls it already. */
export interface ReleaseNote {
  readonly release: string;
  readonly change: string;
}

const firstRelease: ReleaseNote = { release: '0.1.0', change: 'First released.' };

export interface OperationDeclaration<Request extends TObject, Answer extends TObject> {
  /** As on the wire; also the name of the file. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What a caller should know before the parameters: rules, choices made where the vendor publishes none. */
  readonly notes: readonly string[];
  /** What became of it since, the latest first, down to the release it came with; left out: as it came with the first. */
  readonly releases?: readonly ReleaseNote[];
  readonly accessLevel: AccessLevel;
  /**
   * What permission is asked for; left out, or `undefined` where the parameters do not say: for all the product holds, `*`.
   * Read before the parameters are checked.
   */
  readonly resource?: ResourceOf;
  /** Set where no permission is asked for: every caller may, and no policy can keep him from it. */
  readonly isOpenToAll?: true;
  /** How many certificates a call asks about, where it may be many: the access log tells how many, not which. */
  readonly sizeOf?: (parameters: Parameters) => number;
  /** Whether the log keeps who called it; left out: of operations that change something, and of no others. */
  readonly isOnRecord?: boolean;
  /** Wire parameters. Names, types and odd spellings are the vendor's. */
  readonly request: Request;
  /** Wire answer, without the RequestId that every answer has. */
  readonly answer: Answer;
  /** What the domain may refuse here: the kind, or a whole refusal as an example where the code depends on more. */
  readonly refusals: readonly (Refusal['kind'] | Refusal)[];
  /** Optional parameters that are missed under some condition, and under which: what `Missing<Name>` means then. */
  readonly missedWhen?: Readonly<Record<string, string>>;
  /** An answer as a caller would see it. */
  readonly example: { readonly request: Static<Request>; readonly answer: Static<Answer> };
  readonly handle: (
    request: Static<Request>,
    call: Call,
    services: Services,
  ) => Static<Answer> | WrittenAnswer | Promise<Static<Answer> | WrittenAnswer>;
}

/** An operation as the gateway and the document makers see it, whatever its shapes are. */
export interface Operation {
  readonly product: Product;
  readonly name: string;
  /** As policies name it: `yundun-cert:ListCert`. */
  readonly action: string;
  readonly summary: string;
  readonly notes: readonly string[];
  readonly releases: readonly ReleaseNote[];
  readonly accessLevel: AccessLevel;
  readonly resource?: ResourceOf;
  readonly isOpenToAll?: true;
  readonly sizeOf?: (parameters: Parameters) => number;
  readonly isOnRecord: boolean;
  readonly request: TObject;
  readonly answer: TObject;
  readonly refusals: readonly (Refusal['kind'] | Refusal)[];
  readonly missedWhen?: Readonly<Record<string, string>>;
  readonly example: { readonly request: object; readonly answer: object };
  /**
   * Decodes the parameters and carries the operation out.
   * @throws {ParameterError} for the parameters; {Refused} for what the domain refuses.
   */
  readonly perform: (parameters: Parameters, call: Call, services: Services) => object | Promise<object>;
}

export function operation<Request extends TObject, Answer extends TObject>(
  product: Product,
  declaration: OperationDeclaration<Request, Answer>,
): Operation {
  const { handle, ...described } = declaration;
  const { accessLevel } = declaration;
  return {
    product,
    releases: [firstRelease],
    action: `${product.ramCode}:${declaration.name}`,
    isOnRecord: accessLevel !== 'get' && accessLevel !== 'list',
    ...described,
    perform: (parameters, call, services) => handle(decode(declaration.request, parameters), call, services),
  };
}
