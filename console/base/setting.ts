// What a browser remembers of its user's wishes: language, theme. Nothing secret goes here.

import { useState } from 'react';

/** A choice kept in the browser; `initially` until one is made, and where the browser keeps nothing. */
export function useSetting<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  initially: Choice,
): [Choice, (choice: string) => void] {
  const [choice, setChoice] = useState<Choice>(() => {
    const kept = read(`certitude-${name}`);
    return choices.find((each) => each === kept) ?? initially;
  });
  return [
    choice,
    (wanted) => {
      const chosen = choices.find((each) => each === wanted) ?? initially;
      setChoice(chosen);
      write(`certitude-${name}`, chosen);
    },
  ];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the choice holds until the page is closed.
  }
}
