// Loaded into the service's process beside it (`node --import`): ends a thread that serves, at whatever it is doing, when the
// process is sent SIGUSR2. The service itself has no way to have that done.

import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker, WorkerOptions } from 'node:worker_threads';

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');
let serving: Worker | undefined;

if (threads.isMainThread) {
  threads.Worker = new Proxy(threads.Worker, {
    construct(made, args: [string | URL, WorkerOptions]) {
      const worker = new made(...args);
      if (args[1].name?.startsWith('serving ')) serving = worker;
      return worker;
    },
  });
  syncBuiltinESMExports();
  process.on('SIGUSR2', () => void serving?.terminate());
}
