/**
 * A JSON value as its one canonical text: members sorted by their names in UTF-16, no white space, numbers and strings as
 * ECMAScript writes them (JCS, RFC 8785). Members that are undefined are left out.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  // Names are compared by their UTF-16 code units, as RFC 8785, section 3.2.3 has it.
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
