import { notFound } from '#core/problems'
import { areInitials } from './initials-of'

/** White is read on each of them: a contrast of 4.5 and more (WCAG 2.2, section 1.4.3). */
export const backgrounds = [
  ...['#8a3b12', '#7a4a00', '#5c5a00', '#2f6b1f', '#00695c', '#00647a', '#1f5fa8', '#3a4fb3'],
  ...['#5b3fb0', '#7b37a6', '#97307f', '#a82d5b', '#a53434', '#5d4a42', '#455a64', '#4a5a2a'],
]

/** The same letters have the same colour everywhere: FNV-1a. */
const colourOf = (letters: string): string => {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(letters)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return backgrounds[hash % backgrounds.length] ?? '#455a64'
}

const escapeXml = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)

/**
 * An avatar for who has none: their initials on a colour. Nothing in it runs, loads or is from elsewhere. Throws `not-found`.
 * @returns an SVG document
 */
export const drawInitials = (letters: string): string => {
  const text = letters.normalize('NFC')
  if (!areInitials(text)) throw notFound()
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512" role="img" aria-label="${escapeXml(text)}"><rect width="512" height="512" fill="${colourOf(text)}"/><text x="256" y="256" fill="#fff" font-family="system-ui,sans-serif" font-size="216" text-anchor="middle" dominant-baseline="central">${escapeXml(text)}</text></svg>`
}
