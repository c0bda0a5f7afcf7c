import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { VisuallyHidden } from '@/components/ui/layout';
import { visuallyHidden } from './visuallyHidden';

export interface Column<T> {
  key: string;
  header: ReactNode;
  /** The header is read out, but takes no room. */
  isHeaderHidden?: boolean;
  align?: 'start' | 'end';
  width?: number | string;
  isNarrow?: boolean;
  render: (row: T) => ReactNode;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string | number;
  onRowClick?: (row: T) => void;
}

/** A plain table in the look of the application; where there is no room, each row becomes a card of named values. */
export function DataTable<T>({ label, columns, rows, rowKey, onRowClick }: Props<T>) {
  return (
    <Box
      sx={{ position: 'relative', overflowX: 'auto', containerType: 'inline-size' }}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          borderCollapse: 'collapse',
          fontSize: '0.8125rem',
          '& th': {
            textAlign: 'start',
            typography: 'caption',
            fontWeight: 560,
            color: 'text.secondary',
            px: 1.5,
            height: 36,
            whiteSpace: 'nowrap',
            borderBottom: 1,
            borderColor: 'divider',
          },
          '& td a': {
            color: 'primary.main',
            fontWeight: 540,
            textDecoration: 'none',
            textUnderlineOffset: 3,
            '&:hover': { textDecoration: 'underline' },
          },
          '& td': { px: 1.5, py: 0.875, verticalAlign: 'middle' },
          '& tbody tr': {
            borderBottom: 1,
            borderColor: 'divider',
            cursor: onRowClick ? 'pointer' : undefined,
            '&:last-of-type': { borderBottom: 0 },
            '&:hover': { bgcolor: 'surface.hover' },
          },
          '@container (max-width: 620px)': {
            display: 'block',
            '& thead': visuallyHidden,
            '& tbody': { display: 'block' },
            '& tbody tr': { display: 'block', px: 1.5, py: 1 },
            '& tbody td': {
              display: 'flex',
              alignItems: 'baseline',
              gap: 1,
              px: 0,
              py: 0.375,
              textAlign: 'start !important',
              whiteSpace: 'normal !important',
              overflowWrap: 'anywhere',
            },
            '& tbody td[data-name]::before': {
              content: 'attr(data-name)',
              flex: '0 0 34%',
              fontSize: '0.75rem',
              color: 'text.secondary',
            },
            // The first value is what the row is about.
            '& tbody td:first-of-type::before': { display: 'none' },
            '& tbody td:empty': { display: 'none' },
          },
        }}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" style={{ width: column.width, textAlign: column.align }}>
                {column.isHeaderHidden ? <VisuallyHidden>{column.header}</VisuallyHidden> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              onClick={
                onRowClick &&
                ((event) => {
                  // Links and buttons in the row keep their own meaning.
                  if (!(event.target as HTMLElement).closest('a, button, input')) onRowClick(row);
                })
              }
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-name={
                    !column.isHeaderHidden && typeof column.header === 'string' ? column.header : undefined
                  }
                  style={{ textAlign: column.align, whiteSpace: column.isNarrow ? 'nowrap' : undefined }}
                >
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}
