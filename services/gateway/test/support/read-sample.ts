/** The value of a series, named with its labels, on a gateway's management listener; NaN when there is no such series. */
export async function readSample(managementUrl: string, series: string): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1));
}
