// The operations of the token service, in the order pages and forms list them.

import type { Operation } from './operation.ts';
import { AssumeRole } from './operations/sts/AssumeRole.ts';
import { GetCallerIdentity } from './operations/sts/GetCallerIdentity.ts';

export const stsOperations: readonly Operation[] = [AssumeRole, GetCallerIdentity];
