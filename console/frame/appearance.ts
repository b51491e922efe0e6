// Colours: those of antd, dark enough or light enough to be read (WCAG 2.2 §1.4.3).

import { type ThemeConfig, theme } from 'antd';
import { useCallback, useMemo, useSyncExternalStore } from 'react';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const light: ThemeConfig = {
  token: {
    colorPrimary: '#0958d9',
    colorPrimaryHover: '#003eb3',
    colorLink: '#0958d9',
    colorLinkHover: '#003eb3',
    colorTextPlaceholder: 'rgba(0, 0, 0, 0.62)',
    colorTextDescription: 'rgba(0, 0, 0, 0.65)',
    colorTextTertiary: 'rgba(0, 0, 0, 0.62)',
    colorError: '#cf1322',
    colorSuccess: '#237804',
    colorWarning: '#ad4e00',
  },
};

const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    colorPrimary: '#3c89e8',
    colorLink: '#69b1ff',
    colorError: '#ff7875',
    colorTextPlaceholder: 'rgba(255, 255, 255, 0.62)',
    colorTextDescription: 'rgba(255, 255, 255, 0.65)',
    colorTextTertiary: 'rgba(255, 255, 255, 0.62)',
  },
  components: {
    Menu: { itemSelectedColor: '#91caff' },
    // On a red that is light enough to be read on black, white is not.
    Button: { dangerColor: '#141414' },
  },
};

export function themeOf(isDark: boolean, isStill: boolean): ThemeConfig {
  const chosen = isDark ? dark : light;
  return { ...chosen, token: { ...chosen.token, motion: !isStill } };
}

export function useIsDark(choice: ThemeChoice): boolean {
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  return choice === 'system' ? systemIsDark : choice === 'dark';
}

/** Whether nothing should move for the sake of looks. */
export function useIsStill(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)');
}

function useMedia(text: string): boolean {
  const query = useMemo(() => matchMedia(text), [text]);
  const subscribe = useCallback(
    (listener: () => void) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => query.matches);
}
