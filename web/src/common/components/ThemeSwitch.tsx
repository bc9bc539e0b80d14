import { chooseTheme, theme, THEMES } from "../theme";
import { shared } from "../words";

export function ThemeSwitch() {
  const names = { system: shared("theme_system"), light: shared("theme_light"), dark: shared("theme_dark") };
  return (
    <label class="switch">
      <span class="visually-hidden">{shared("theme")}</span>
      <select
        value={theme.value}
        onChange={(event) => {
          const chosen = THEMES.find((theme) => theme === event.currentTarget.value);
          if (chosen) {
            chooseTheme(chosen);
          }
        }}
      >
        {THEMES.map((theme) => (
          <option key={theme} value={theme}>
            {names[theme]}
          </option>
        ))}
      </select>
    </label>
  );
}
