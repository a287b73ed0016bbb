import { expect, test } from 'bun:test'
import { exchangeForTokens, freshProvidedPerson, logInAt, tryLogInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'

const { server, openBrowser, logIn, rotating } = await federation()

const logIns = 30
const rotations = 3

test('nobody fails to log in while the provider replaces its keys', async () => {
  await logIn('rotating', freshProvidedPerson())
  let begun = 0
  const logInNext = async (): Promise<string[]> => {
    if (begun >= logIns) return []
    begun += 1
    if (begun % (logIns / rotations) === 0) await rotating.rotateKeys()
    const { url, answer } = await tryLogInAt(server, openBrowser(freshProvidedPerson()), 'rotating')
    return [answer ? String(answer.status) : ([...url.searchParams.keys()][0] ?? 'nothing'), ...(await logInNext())]
  }
  const outcomes = (await Promise.all(Array.from({ length: 5 }, logInNext))).flat()
  expect(Object.fromEntries(outcomes.map((word) => [word, outcomes.filter((other) => other === word).length]))).toEqual(
    {
      code: logIns,
    },
  )
}, 60_000)

test('whoever was sent there before the keys changed gets in after it', async () => {
  const person = freshProvidedPerson()
  const browser = openBrowser(person)
  await exchangeForTokens(server, await logInAt(server, browser, 'rotating'))
  await rotating.rotateKeys()
  await exchangeForTokens(server, await logInAt(server, browser, 'rotating'))
})
