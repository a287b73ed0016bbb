export interface PlaceParts {
  city?: string | undefined
  region?: string | undefined
  /** ISO 3166-1, or one of Cloudflare's: T1 is Tor, XX unknown. */
  country?: string | undefined
}

const longestPart = 64

/** Nothing that could end a line, hide, or turn what follows around (Unicode: Cc, Cf, Zl, Zp). */
const toPart = (text: string | undefined): string =>
  [
    ...(text ?? '')
      .slice(0, 4 * longestPart)
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '),
  ]
    .slice(0, longestPart)
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim()

const toCountry = (text: string | undefined): string => {
  if (text === 'T1') return 'Tor'
  return text !== undefined && /^[A-Z]{2}$/.test(text) && text !== 'XX' ? text : ''
}

/** A place as people read it, `Paris, Île-de-France, FR`; null when nothing of it is known. At most 200 characters. */
export const toPlace = ({ city, region, country }: PlaceParts): string | null => {
  const parts = [toPart(city), toPart(region), toCountry(country)].filter((part) => part !== '')
  return [...new Set(parts)].join(', ') || null
}
