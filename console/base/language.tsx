// English and Simplified Chinese: which one is shown, and dictionaries in which no text can be missing.

import { createContext, useContext } from 'react';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

type Text = string | ((...values: never[]) => string);

/** Both texts of everything a page says. */
export interface Words<Dictionary extends Readonly<Record<string, Text>>> {
  readonly en: Dictionary;
  readonly zh: Dictionary;
}

/** A dictionary: Chinese must have what English has, text for text and function for function. */
export function words<const English extends Readonly<Record<string, Text>>>(both: {
  readonly en: English;
  readonly zh: NoInfer<Likewise<English>>;
}): Words<Likewise<English>> {
  return both as Words<Likewise<English>>;
}

type Likewise<Dictionary> = {
  readonly [Name in keyof Dictionary]: Dictionary[Name] extends string ? string : Dictionary[Name];
};

export const LanguageContext = createContext<Language>('en');

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useWords<Dictionary extends Readonly<Record<string, Text>>>(both: Words<Dictionary>): Dictionary {
  return both[useLanguage()];
}

/** The first of the browser's languages that is spoken here. */
export function preferredLanguage(): Language {
  for (const tag of navigator.languages) {
    const [language] = tag.toLowerCase().split('-');
    if (language === 'zh' || language === 'en') return language;
  }
  return 'en';
}
