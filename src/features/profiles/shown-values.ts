import type { CoreContext } from '#core/context'
import { type ActivityQuery, chosenTypes } from './activity-contract'

/** What a statement that lists activity takes of what a caller asked for; one row more than fits, to see whether there is one. */
export const shownValues = ({ clock, config }: CoreContext, { limit, cursor, ...chosen }: ActivityQuery) => ({
  ...chosenTypes(chosen),
  since: new Date(clock.now().getTime() - config.ACTIVITY_RETENTION_SECONDS * 1000),
  before: cursor ?? null,
  limit: limit + 1,
})
