export interface SetCookie {
  name: string
  value: string
  /** In lower case; an attribute without a value is empty. */
  attributes: Record<string, string>
}

const toPair = (text: string): [string, string] => {
  const [, name = '', value = ''] = /^\s*([^=]*)=?(.*)$/.exec(text) ?? []
  return [name, value]
}

/** The cookies that an answer sets, by name. */
export const readSetCookies = (headers: Headers): Record<string, SetCookie> =>
  Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [first = '', ...rest] = line.split(';')
      const [name, value] = toPair(first)
      const attributes = Object.fromEntries(
        rest.map(toPair).map(([attribute, setting]) => [attribute.toLowerCase(), setting]),
      )
      return [name, { name, value, attributes }]
    }),
  )

/** What a browser sends back of cookies: a `Cookie` header. */
export const toCookieHeader = (cookies: Record<string, string>): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
