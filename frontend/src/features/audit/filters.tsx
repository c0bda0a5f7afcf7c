import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditFilters } from '@/api/audit';
import { TextField } from '@/components/ui/TextField';
import { momentOf } from '@/lib/zoned';

export const FIRST = ['ticket_number', 'action', 'at_after', 'at_before'] as const;

export const MORE = ['object_type', 'object_id', 'actor_id', 'request_id'] as const;

type FilterName = (typeof FIRST)[number] | (typeof MORE)[number];

/** Days in the address, moments in the question. */
export function asked(text: (name: string) => string): AuditFilters {
  const filters: AuditFilters = {};
  for (const name of [...FIRST, ...MORE]) {
    const value = text(name);
    if (value) filters[name] = name.startsWith('at_') ? momentOf(value) : value;
  }
  return filters;
}

/** Typing is kept here until it settles, so that the address does not change with each letter. */
export function FilterField({
  name,
  value,
  onChange,
}: {
  name: FilterName;
  value: string;
  onChange: (changes: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange({ [name]: text.trim() }), 350);
    return () => clearTimeout(timer);
  }, [name, onChange, text, value]);
  return (
    <TextField
      label={t(`audit.filters.${name}`)}
      value={text}
      type={name.startsWith('at_') ? 'date' : 'text'}
      onChange={setText}
    />
  );
}
