import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: number;
  onChoose: (value: number) => void;
  /** Values with their names. */
  options: readonly (readonly [number, string])[];
}

export function SelectField({ label, value, onChoose, options }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <select id={id} value={value} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
          {options.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
