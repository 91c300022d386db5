/** The growth of a cost: points of size and cost, both above zero. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [size: number, cost: number])[];
}

const width = 800;
const height = 440;
const margin = { left: 80, right: 220, top: 50, bottom: 60 };
const colours = ['#1b6ca8', '#c8553d', '#2e8b57', '#8a5a9e', '#b8860b', '#555555'];
/** Markers distinguish lines that overlap. */
const markers = [circle, square, diamond, triangle];

/** Plots µs per request against members as SVG, both axes logarithmic: a cost that does not grow is a level line. */
export function plot(lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const [left, right] = decades(points.map(([size]) => size));
  const [low, high] = decades(points.map(([, cost]) => cost));
  const x = (size: number) => margin.left + scale(size, left, right) * (width - margin.left - margin.right);
  const y = (cost: number) => height - margin.bottom - scale(cost, low, high) * (height - margin.top - margin.bottom);
  const bottom = height - margin.bottom;
  const axes = [
    ...powers(left, right).flatMap((size) => [
      line(x(size), margin.top, x(size), bottom),
      text(x(size), bottom + 20, size.toLocaleString('en'), 'middle'),
    ]),
    ...powers(low, high).flatMap((cost) => [
      line(margin.left, y(cost), width - margin.right, y(cost)),
      text(margin.left - 10, y(cost) + 4, cost.toLocaleString('en'), 'end'),
    ]),
    text((margin.left + width - margin.right) / 2, height - 15, 'members of the group', 'middle'),
    text(margin.left - 60, 24, 'CPU of the gateway per request in µs'),
  ];
  const drawn = lines.map(({ name, points: own }, index) => {
    const colour = colours[index % colours.length] ?? '#000000';
    const mark = markers[index % markers.length] ?? circle;
    const [legendX, legendY] = [width - margin.right + 20, margin.top + 10 + 24 * index];
    const path = own.map(([size, cost]) => `${x(size).toFixed(1)},${y(cost).toFixed(1)}`).join(' ');
    return [
      `<g fill="${colour}" stroke="${colour}">`,
      `<polyline points="${path}" fill="none" stroke-width="2"/>`,
      ...own.map(([size, cost]) => mark(x(size), y(cost))),
      mark(legendX, legendY),
      '</g>',
      text(legendX + 14, legendY + 4, name),
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>How the cost of a request grows with the group</title>
<rect width="${width}" height="${height}" fill="white"/>
${[...axes, ...drawn].join('\n')}
</svg>
`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  const at = [x1, y1, x2, y2].map((each) => each.toFixed(1));
  return `<line x1="${at[0]}" y1="${at[1]}" x2="${at[2]}" y2="${at[3]}" stroke="#dddddd"/>`;
}

function text(x: number, y: number, words: string, anchor = 'start'): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped}</text>`;
}

function circle(x: number, y: number): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4"/>`;
}

function square(x: number, y: number): string {
  return `<rect x="${(x - 4).toFixed(1)}" y="${(y - 4).toFixed(1)}" width="8" height="8"/>`;
}

function diamond(x: number, y: number): string {
  return polygon(x, y, [0, -6, 6, 0, 0, 6, -6, 0]);
}

function triangle(x: number, y: number): string {
  return polygon(x, y, [0, -5, 5, 4, -5, 4]);
}

function polygon(x: number, y: number, offsets: readonly number[]): string {
  const at = offsets.map((offset, index) => (offset + (index % 2 === 0 ? x : y)).toFixed(1));
  return `<polygon points="${at.join(' ')}"/>`;
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
