// The operations of access management, in the order pages and forms list them.

import type { Operation } from './operation.ts';
import { DecodeDiagnosticMessage } from './operations/ram/DecodeDiagnosticMessage.ts';

export const ramOperations: readonly Operation[] = [DecodeDiagnosticMessage];
