import { chooseLanguage, language, LANGUAGES } from "../i18n";
import { shared } from "../words";

/** Each language by its own name: who looks for it may not read the present one. */
const NAMES = { en: "English", hu: "Magyar" };

export function LanguageSwitch() {
  return (
    <label class="switch">
      <span class="visually-hidden">{shared("language")}</span>
      <select
        value={language.value}
        onChange={(event) => {
          const chosen = LANGUAGES.find((language) => language === event.currentTarget.value);
          if (chosen) {
            chooseLanguage(chosen);
          }
        }}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {NAMES[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
