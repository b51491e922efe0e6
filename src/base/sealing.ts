// The port to sealing: encryption that also proves where something comes from, under a key that stays in this service.

export interface Sealing {
  /** @param identity what it is sealed for: it opens for nothing else. */
  seal(identity: string, plain: Uint8Array): Uint8Array;
  /**
   * @returns what was sealed; the caller's to erase.
   * @throws {SealBroken}
   */
  open(identity: string, sealed: Uint8Array): Uint8Array;
}

/** Thrown when something sealed does not open: altered, sealed for another identity, or under another key. It does not say which. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor() {
    super('what was sealed does not open');
  }
}
