import { mailedBy } from '../accounts/mailed'
import { openProvedWorld } from '../authenticators/second-factors'
import { askForExport, closeAccount, collect, eraseDue } from '../data-rights/rights'
import { ada, logIn } from '../people'

/** A copy of her data, a deletion that is taken back, and one that is not; returns what must stay private. */
export const endThrough = async () => {
  const { world, session } = await openProvedWorld()
  const exported = await askForExport(world, session.accessToken)
  await collect(world, exported.mailed)
  await closeAccount(world, session.accessToken)
  const cancellation = mailedBy(world, 'account-closed').token
  await world.send('POST /v1/auth/erasure/cancel', { json: { token: cancellation } })
  const again = await logIn(world)
  const erasure = await closeAccount(world, again.accessToken)
  await world.send(`GET ${new URL(erasure.receiptUrl).pathname}`)
  await eraseDue(world)
  const tokens = [exported.mailed, cancellation, erasure.receiptUrl.split('/').at(-1) ?? '']
  const secrets = [session, again].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
  return { world, secrets: [...secrets, ...tokens, ada.email, ada.name, ada.password] }
}
