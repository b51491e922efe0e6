// Loaded into the service's process beside it (`node --import`), which has no way to have this done: threads that serve are
// told late of changes of who may do what, and one ends, at whatever it is doing, when the process is sent SIGUSR2.

import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Transferable, Worker, WorkerOptions } from 'node:worker_threads';

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');
const lateMillis = 25;
const serving: Worker[] = [];

class UnluckyWorker extends threads.Worker {
  constructor(file: string | URL, options: WorkerOptions) {
    super(file, options);
    if (options.name?.startsWith('serving ')) serving.push(this);
  }

  override postMessage(message: { readonly type?: string }, transferred?: readonly Transferable[]): void {
    if (message.type === 'access') setTimeout(() => super.postMessage(message, transferred), lateMillis);
    else super.postMessage(message, transferred);
  }
}

if (threads.isMainThread) {
  threads.Worker = UnluckyWorker;
  syncBuiltinESMExports();
  process.on('SIGUSR2', () => void serving.at(-1)?.terminate());
}
