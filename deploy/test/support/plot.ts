import { type Dashboard, type Panel, substitute } from './dashboard.ts';
import type { Sample } from './prometheus.ts';

const column = { width: 50, gap: 6 };
const rowHeight = 22;
const colours = ['#3274d9', '#e0752d', '#56a64b', '#a352cc', '#e02f44', '#e0b400', '#8ab8ff', '#787878'];

/** Draws the panels of the dashboard with the results of their queries, for a review without Grafana. */
export async function plot({ panels }: Dashboard, ask: (query: string) => Promise<readonly Sample[]>): Promise<string> {
  const drawn = await Promise.all(panels.map(async (panel) => draw(panel, await find(panel, ask))));
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * rowHeight;
  const width = 24 * column.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#f4f5f5"/>${drawn.join('')}</svg>`;
}

async function find(
  { targets = [] }: Panel,
  ask: (query: string) => Promise<readonly Sample[]>,
): Promise<readonly Sample[]> {
  return (await Promise.all(targets.map(({ expr }) => ask(substitute(expr, '20s'))))).flat();
}

function draw({ title, type, gridPos, fieldConfig }: Panel, series: readonly Sample[]): string {
  const [x, y] = [gridPos.x * column.width, gridPos.y * rowHeight];
  const [w, h] = [gridPos.w * column.width - column.gap, gridPos.h * rowHeight - column.gap];
  const text = (dx: number, dy: number, content: string, more = '') =>
    `<text x="${dx}" y="${dy}" ${more}>${toText(content)}</text>`;
  if (type === 'row')
    return `<g transform="translate(${x},${y})">${text(4, 15, title, 'font-weight="bold" font-size="14"')}</g>`;
  const points = series
    .flatMap(({ values = [] }) => values.map(([at, value]) => [at, Number(value)] as const))
    .filter(([, value]) => Number.isFinite(value));
  const times = points.map(([at]) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const top = Math.max(1e-9, ...points.map(([, value]) => value));
  const bottom = Math.min(0, ...points.map(([, value]) => value));
  const place = ([at, value]: readonly [number, string]) =>
    `${(6 + ((at - from) / Math.max(1, to - from)) * (w - 12)).toFixed(1)},${(h - 22 - ((Number(value) - bottom) / (top - bottom)) * (h - 48)).toFixed(1)}`;
  const lines = series.map(({ values = [] }, index) => {
    const finite = values.filter(([, value]) => Number.isFinite(Number(value)));
    return `<polyline fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.3" points="${finite.map(place).join(' ')}"/>`;
  });
  const names = series.slice(0, 5).map(({ metric }) =>
    Object.entries(metric)
      .filter(([name]) => !['__name__', 'job', 'le'].includes(name))
      .map(([, value]) => value)
      .join(' '),
  );
  return `<g transform="translate(${x},${y})"><rect width="${w}" height="${h}" fill="white" stroke="#ccc"/>${text(6, 14, title, 'font-weight="bold"')}${text(6, 27, `${Number(top.toPrecision(3))} ${fieldConfig?.defaults.unit ?? ''}, ${series.length} series`, 'fill="#888"')}${points.length === 0 ? text(6, h / 2, 'no data', 'fill="red"') : lines.join('')}${text(6, h - 6, names.join(' · ').slice(0, w / 6), 'fill="#555" font-size="9"')}</g>`;
}

function toText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
