/** What an expression of PromQL names. */
export interface Named {
  /** Metrics, and the labels that they are selected by. */
  selected: { metric: string; labels: string[] }[]
  /** Labels that results are kept apart or matched by. */
  grouped: string[]
}

const groupings = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])
const words = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan'])

const withoutStrings = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')

const isName = (token: string | undefined): token is string => token !== undefined && /^[a-z_:]/i.test(token)

/** The names between a bracket and its end. */
const namesUpTo = (tokens: string[], start: number, end: string): string[] =>
  tokens.slice(start, tokens.indexOf(end, start)).filter(isName)

/** Reads only names; whether the rest makes sense is for Prometheus to say. */
export const readNames = (expression: string): Named => {
  const tokens: string[] = withoutStrings(expression).match(/[a-z_:][\w:]*|\d[\w.]*|\S/gi) ?? []
  const named: Named = { selected: [], grouped: [] }
  let index = 0
  while (index < tokens.length) {
    const token = tokens[index] ?? ''
    const next = tokens[index + 1]
    if (groupings.has(token)) {
      if (next === '(') {
        named.grouped.push(...namesUpTo(tokens, index + 2, ')'))
        index = tokens.indexOf(')', index)
      }
    } else if (next === '{' && isName(token)) {
      named.selected.push({ metric: token, labels: namesUpTo(tokens, index + 2, '}') })
      index = tokens.indexOf('}', index)
    } else if (token === '[') {
      index = tokens.indexOf(']', index)
    } else if (
      isName(token) &&
      next !== '(' &&
      next !== 'by' &&
      next !== 'without' &&
      !words.has(token.toLowerCase())
    ) {
      named.selected.push({ metric: token, labels: [] })
    }
    index += 1
  }
  return named
}
