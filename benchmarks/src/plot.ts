/** How a cost grows: points of size and cost, both above zero. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [size: number, cost: number])[];
}

const width = 760;
const height = 420;
const margin = { left: 70, right: 210, top: 40, bottom: 50 };
const colours = ['#1b6ca8', '#c8553d', '#2e8b57', '#8a5a9e', '#b8860b', '#555555'];

/** A plot as SVG, both axes by powers of ten, so that a cost that does not grow is a level line. */
export function plot(title: string, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const [left, right] = decades(points.map(([size]) => size));
  const [low, high] = decades(points.map(([, cost]) => cost));
  const x = (size: number) => margin.left + scale(size, left, right) * (width - margin.left - margin.right);
  const y = (cost: number) => height - margin.bottom - scale(cost, low, high) * (height - margin.top - margin.bottom);
  const text = (at: readonly [number, number], words: string, anchor = 'start') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
  const grid = [
    ...powers(left, right).map((size) =>
      text([x(size), height - margin.bottom + 20], size.toLocaleString('en'), 'middle'),
    ),
    ...powers(low, high).map(
      (cost) =>
        `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(cost).toFixed(1)}" y2="${y(cost).toFixed(1)}" stroke="#ddd"/>${text([margin.left - 8, y(cost) + 4], cost.toLocaleString('en'), 'end')}`,
    ),
  ];
  const drawn = lines.map(({ name, points: own }, index) => {
    const colour = colours[index % colours.length];
    const path = own.map(([size, cost]) => `${x(size).toFixed(1)},${y(cost).toFixed(1)}`).join(' ');
    const legend = text([width - margin.right + 15, margin.top + 20 * index], name);
    return `<g fill="${colour}"><polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${legend}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${[text([margin.left, 22], title), ...grid, ...drawn].join('\n')}
</svg>
`;
}

function decades(values: readonly number[]): readonly [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function scale(value: number, low: number, high: number): number {
  return (Math.log10(value) - low) / (high - low);
}

function powers(low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step));
}
