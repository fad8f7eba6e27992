import { parser } from '@prometheus-io/lezer-promql';

interface Matcher {
  label: string;
  operator: string;
  value: string;
}

/** A query: what it asks for by name. */
export interface Query {
  readonly selectors: { metric: string; readonly matchers: Matcher[] }[];
  /** Labels that it groups by, or joins on. */
  readonly groupedBy: string[];
}

/** @throws if it is no PromQL */
export function parsePromql(text: string): Query {
  const query: Query = { selectors: [], groupedBy: [] };
  let grouping = false;
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      const content = text.slice(from, to);
      const selector = query.selectors.at(-1);
      const matcher = selector?.matchers.at(-1);
      if (type.isError) throw new Error(`It is no PromQL at ${from}: ${text}`);
      if (name === 'GroupingLabels') grouping = true;
      else if (name === 'VectorSelector') query.selectors.push({ metric: '', matchers: [] });
      else if (name === 'Identifier' && selector) selector.metric = content;
      else if (name === 'UnquotedLabelMatcher')
        selector?.matchers.push({ label: '', operator: '', value: '' });
      else if (name === 'LabelName' && grouping) query.groupedBy.push(content);
      else if (name === 'LabelName' && matcher) matcher.label = content;
      else if (name === 'MatchOp' && matcher) matcher.operator = content;
      else if (name === 'StringLiteral' && matcher) matcher.value = JSON.parse(content) as string;
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') grouping = false;
    },
  });
  return query;
}
