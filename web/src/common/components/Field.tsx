import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Props extends Omit<InputHTMLAttributes, "id" | "class" | "size" | "value" | "onInput"> {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** What is wrong with it. */
  error?: string | undefined;
  hint?: string | undefined;
  /** Behind the text, such as the token. */
  suffix?: ComponentChildren;
}

/** A text to fill in, with its label, a hint, and what is wrong with it. */
export function Field({ label, value, onInput, error, hint, suffix, ...rest }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input
          {...rest}
          id={id}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        {suffix && <span class="field-suffix">{suffix}</span>}
      </div>
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
