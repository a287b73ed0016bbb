import type { Config } from '#core/config'
import { listTerms } from './list-terms'
import { termsNotAccepted } from './problems'
import type { AcceptedTerms } from './terms-contract'

/**
 * Holds a registration to accepting what there is to accept, in its current version. Throws `terms-not-accepted`.
 * @returns what was accepted, as JSON for `recordAcceptances`
 */
export const checkAcceptedTerms = (platform: { config: Config }, accepted: AcceptedTerms = {}): string => {
  const { items } = listTerms(platform)
  const missing = items.filter(({ document, version }) => accepted[document] !== version)
  if (missing.length === 0) return JSON.stringify(items)
  const errors = missing.map(({ document, version, url }) => ({
    pointer: `/acceptedTerms/${document}`,
    code: termsNotAccepted.definition.code,
    message: `Read ${url} and accept version ${version}.`,
  }))
  throw termsNotAccepted({ extensions: { errors } })
}
