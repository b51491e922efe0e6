// What a thread beside the main one answers itself, by the gateway that the main thread has as well. It is a cache in front
// of the main thread and no second truth: whatever it is not sure to answer as that would is passed on.

import { randomBytes } from 'node:crypto';
import type { AccessKey, Directory } from '../../access/directory.ts';
import { createTemporaryKeys } from '../../access/temporary-keys.ts';
import { systemClock } from '../../base/time.ts';
import type { Sealer } from '../../drivers/sealer.ts';
import type { EdgeReply, EdgeRequest, Services } from '../../protocols/edge.ts';
import { bySignature, type KeyServices } from '../../protocols/rpc/authentication.ts';
import { AnsweredElsewhere } from '../../protocols/rpc/elsewhere.ts';
import { createGateway, type Gateway, type GatewayServices } from '../../protocols/rpc/gateway.ts';
import type { ReplayGuard } from '../../protocols/rpc/replay.ts';
import { Throttle } from '../../protocols/rpc/throttle.ts';
import type { StatusReader } from '../../registry/status-index.ts';
import { callLimits } from '../call-limits.ts';
import { throughProxies } from '../forwarded.ts';
import type { NonceFiles } from '../nonce-files.ts';
import type { ThreadOptions } from './messages.ts';
import { callsOwnOperation, ownCatalog, ownOperations } from './own-operations.ts';

export interface OwnAnswering {
  readonly options: ThreadOptions;
  readonly sealer: Sealer;
  readonly statusIndex: StatusReader;
  /** A copy that follows the journal. */
  readonly directory: Directory;
  readonly replayGuard: ReplayGuard;
  readonly nonces: Pick<NonceFiles, 'secure'>;
  readonly observe: GatewayServices['observe'];
}

/** @returns answers calls of the API; `undefined` for what the main thread has to answer. */
export function answerThemselves(
  answering: OwnAnswering,
): (request: EdgeRequest) => EdgeReply | Promise<EdgeReply> | undefined {
  const { options, directory } = answering;
  const gateway = ownGateway(answering);
  const accessSequence = new Int32Array(options.accessSequence);
  // A change of who may do what moves the word before it is answered: what this thread knows counts while it is the latest.
  const isCurrent = () => Atomics.load(accessSequence, 0) === (directory.sequence | 0);
  return (request) => {
    if (!callsOwnOperation(request) || !isCurrent()) return undefined;
    try {
      return gateway(throughProxies(request, options.trustedProxies));
    } catch (error) {
      if (error instanceof AnsweredElsewhere) return undefined;
      throw error;
    }
  };
}

function ownGateway({ options, sealer, statusIndex, directory, replayGuard, nonces, observe }: OwnAnswering): Gateway {
  const clock = systemClock;
  const random = randomBytes;
  const temporaryKeys = createTemporaryKeys({ sealing: sealer.derive('security tokens'), directory, clock, random });
  const keys = keysWithoutLimits({ directory, temporaryKeys }, options, directory);
  const needed: Pick<Services, 'directory' | 'statusIndex' | 'statusRules' | 'diagnostics' | 'clock'> = {
    directory,
    clock,
    diagnostics: sealer.derive('diagnostics'),
    statusIndex,
    statusRules: options.statusRules,
  };
  return createGateway({
    catalog: ownCatalog,
    requiresTls: ({ name }) => options.operations.get(name)?.requiresTls ?? true,
    authenticate: bySignature({ ...keys, replayGuard, clock }),
    secureNonce: () => nonces.secure(),
    throttle: new Throttle({ ofAccount: () => 0, ofAll: () => 0 }, clock),
    clock,
    random,
    // The operations answered here name none of the others.
    services: needed as Services,
    observe,
  });
}

/** Calls that have a limit are counted in one place: by the main thread. Said before the nonce is taken. */
function keysWithoutLimits(
  keys: KeyServices,
  { operations }: ThreadOptions,
  directory: Pick<Directory, 'callLimits'>,
): KeyServices {
  const limits = callLimits(
    {
      qpsOf: (name) => operations.get(name)?.qps ?? Number.POSITIVE_INFINITY,
      apiQpsOf: (name) => operations.get(name)?.apiQps ?? Number.POSITIVE_INFINITY,
    },
    directory,
  );
  const withoutLimits = (key: AccessKey): AccessKey => {
    for (const each of ownOperations) {
      if (limits.ofAccount(key.account, each) !== 0 || limits.ofAll(each) !== 0) {
        throw new AnsweredElsewhere('calls of this account have a limit');
      }
    }
    return key;
  };
  return {
    directory: {
      accessKey: (id) => {
        const key = keys.directory.accessKey(id);
        return key && withoutLimits(key);
      },
    },
    temporaryKeys: {
      find: (id, token) => {
        const found = keys.temporaryKeys.find(id, token);
        return typeof found === 'string' ? found : withoutLimits(found);
      },
    },
  };
}
