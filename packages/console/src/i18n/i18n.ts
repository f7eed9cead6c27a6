/** The two languages of the console and the choice between them, remembered per browser. */
import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'zh' | 'en';

const phrases = createInstance();
const storageKey = 'suyuan.language';

const remembered = (): Language => {
  const saved = localStorage.getItem(storageKey);
  if (saved === 'zh' || saved === 'en') return saved;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
};

/** Starts the translations; call once before the first render. */
export const startLanguages = async (): Promise<void> => {
  phrases.on('languageChanged', (language) => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  });
  await phrases.use(initReactI18next).init({
    lng: remembered(),
    fallbackLng: 'en',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
};

/** Switches the language and remembers the choice. */
export const chooseLanguage = async (language: Language): Promise<void> => {
  localStorage.setItem(storageKey, language);
  await phrases.changeLanguage(language);
};

/** The language in use, for texts that the node sends in both. */
export const currentLanguage = (): Language => (phrases.language === 'zh' ? 'zh' : 'en');
