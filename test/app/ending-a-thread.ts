// Loaded into the service's process beside it (`node --import`): ends a thread that serves, at whatever it is doing, when the
// process is sent SIGUSR2. The service itself has no way to have that done.

import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker, WorkerOptions } from 'node:worker_threads';

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');
let serving: Worker | undefined;

if (threads.isMainThread) {
  class WatchedWorker extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions) {
      super(file, options);
      if (options.name?.startsWith('serving ')) serving = this;
    }
  }
  threads.Worker = WatchedWorker;
  syncBuiltinESMExports();
  process.on('SIGUSR2', () => void serving?.terminate());
}
