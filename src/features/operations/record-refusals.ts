import type { CoreContext } from '#core/context'
import type { Refusal } from '#core/refusals'
import { insertRefusals } from './refusal-queries'

/** Keeps why requests were refused, in one statement. */
export async function recordRefusals({ db }: Pick<CoreContext, 'db'>, refusals: Refusal[]): Promise<void> {
  await insertRefusals(db, { refusals: JSON.stringify(refusals) })
}
