import { Box } from '@mui/material';
import { Area, AreaChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';

export interface Series {
  key: string;
  label: string;
  tone: 'blue' | 'green' | 'red' | 'amber' | 'violet';
}

interface Props {
  data: Record<string, string | number>[];
  x: string;
  series: Series[];
  label: string;
  height?: number;
}

const solid = (tone: Series['tone']) => `var(--tts-palette-tone-${tone}-solid)`;
const words = { fontSize: 11, fill: 'var(--tts-palette-text-secondary)' };

/** Lines over time. The same numbers stand in a table beside it, for those who don't see it. */
export function TrendChart({ data, x, series, label, height = 220 }: Props) {
  return (
    <Box dir="ltr" role="img" aria-label={label} sx={{ width: '100%', height, minWidth: 0 }}>
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart data={data} margin={{ top: 6, right: 8, bottom: 0, left: -18 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--tts-palette-divider)" vertical={false} />
          <XAxis dataKey={x} tick={words} tickLine={false} axisLine={false} minTickGap={28} />
          <YAxis allowDecimals={false} tick={words} tickLine={false} axisLine={false} />
          <Tooltip
            contentStyle={{
              background: 'var(--tts-palette-surface-raised)',
              border: '1px solid var(--tts-palette-divider)',
              borderRadius: 8,
              fontSize: 12,
              color: 'var(--tts-palette-text-primary)',
            }}
          />
          <Legend wrapperStyle={{ fontSize: 12 }} iconType="plainline" />
          {series.map((each) => (
            <Area
              key={each.key}
              // Straight: a curve would show numbers between the days that nobody counted.
              type="linear"
              dataKey={each.key}
              name={each.label}
              stroke={solid(each.tone)}
              strokeWidth={1.75}
              fill={solid(each.tone)}
              fillOpacity={0.08}
              isAnimationActive={false}
            />
          ))}
        </AreaChart>
      </ResponsiveContainer>
    </Box>
  );
}
