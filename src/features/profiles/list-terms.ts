import type { Config } from '#core/config'
import type { CurrentTerms, TermsList } from './terms-contract'

/** What there is to accept, as the settings say; nothing without them. */
export const listTerms = ({ config }: { config: Config }): TermsList => {
  const { TERMS_VERSION, TERMS_URL, PRIVACY_VERSION, PRIVACY_URL } = config
  const items: CurrentTerms[] = []
  if (TERMS_VERSION && TERMS_URL) items.push({ document: 'terms', version: TERMS_VERSION, url: TERMS_URL })
  if (PRIVACY_VERSION && PRIVACY_URL) items.push({ document: 'privacy', version: PRIVACY_VERSION, url: PRIVACY_URL })
  return { items }
}
