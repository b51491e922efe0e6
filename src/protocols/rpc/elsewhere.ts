// How a thread that serves beside the main one says that a request is not for it.

/** Thrown before anything came of the request: the main thread has to answer it, as if it had come there. */
export class AnsweredElsewhere extends Error {
  override readonly name = 'AnsweredElsewhere';
}
