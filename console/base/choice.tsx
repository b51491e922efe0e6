// One of several values, by the platform's own control: it has a name for screen readers, which antd's list lacks.

import type { SelectHTMLAttributes } from 'react';

interface ChoiceProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

export function Choice({ options, onChange, className = '', ...more }: ChoiceProps) {
  return (
    <select {...more} className={`choice ${className}`} onChange={({ target }) => onChange(target.value)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
