// Parts of the panels' queries, restricted by the dashboard's variables.
export const of = 'namespace=~"$namespace", job=~"$job"';
export const tenant = `${of}, tenant=~"$tenant"`;
export const per = (metric, by, more = of) =>
  `sum by (${by}) (rate(scim_gateway_${metric}{${more}}[$__rate_interval]))`;
export const quantile = (q, metric, by, more = of) =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (rate(scim_gateway_${metric}_bucket{${more}}[$__rate_interval])))`;
/** The three usual quantiles of a histogram. */
export const quantiles = (metric, more = of) =>
  ['0.5', '0.95', '0.99'].map((q) => [quantile(q, metric, [], more), `p${Number(q) * 100}`]);
export const gauge = (how, metric, by, more = of) => `${how} by (${by}) (scim_gateway_${metric}{${more}})`;
export const badShare = (slo) =>
  `sum(scim_gateway:slo_bad_events:increase5m{${of}, slo="${slo}"}) / (sum(scim_gateway:slo_events:increase5m{${of}, slo="${slo}"}) > 0)`;
/** Metrics of Node have no prefix of the gateway: select those of processes that also export the gateway's build info. */
export const ours = (expression) => `${expression} and on (job, instance) scim_gateway_build_info{${of}}`;
