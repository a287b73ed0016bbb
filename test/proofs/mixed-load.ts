import { get, logIn, post, registerAccount, Tokens } from '../runtimes/account'

/** How long somebody looks at a page before they ask for the next. */
const pauseMilliseconds = 50
/** Accounts that log in again and again, once so many registered. */
const mostKnown = 5000

/** A request that was answered with success. */
export interface Answered {
  what: string
  atSeconds: number
  milliseconds: number
}

const succeed = async (request: Promise<Response>): Promise<unknown> => {
  const response = await request
  const body = await response.text()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body}`)
  return body && JSON.parse(body)
}

/** People who register or log in, look around, refresh and log out, one request at a time each. */
export const startMixedLoad = (url: string, people: number) => {
  const startedAt = performance.now()
  const answered: Answered[] = []
  const known: string[] = []
  let isOver = false

  const ask = async <Result>(what: string, request: () => Promise<Result>): Promise<Result> => {
    await Bun.sleep(pauseMilliseconds * (0.5 + Math.random()))
    const before = performance.now()
    const result = await request()
    const now = performance.now()
    answered.push({ what, atSeconds: (now - startedAt) / 1000, milliseconds: now - before })
    return result
  }

  const enter = async (): Promise<Tokens> => {
    const email = known[Math.floor(Math.random() * Math.max(known.length, 10))]
    if (email !== undefined && Math.random() < 0.75) return ask('log in', () => logIn(url, email))
    const account = await ask('register', () => registerAccount(url))
    if (known.length < mostKnown) known.push(account.email)
    return account
  }

  const visit = async () => {
    let tokens = await enter()
    for (let turn = 0; turn < 2; turn += 1) {
      for (let look = 0; look < 3; look += 1) {
        await ask('me', () => succeed(get(url, '/v1/me', tokens.accessToken)))
      }
      await ask('sessions', () => succeed(get(url, '/v1/sessions', tokens.accessToken)))
      const { refreshToken } = tokens
      tokens = await ask('refresh', async () =>
        Tokens.parse(await succeed(post(url, '/auth/refresh', { refreshToken }))),
      )
    }
    await ask('log out', () => succeed(post(url, '/auth/logout', {}, tokens.accessToken)))
  }

  const finished = Promise.all(
    Array.from({ length: people }, async () => {
      while (!isOver) await visit()
    }),
  )
  return {
    /** Ends each visit, and gives every request. Throws what the first failure was. */
    stop: async (): Promise<Answered[]> => {
      isOver = true
      await finished
      return answered
    },
    /** Throws as soon as a request fails. */
    finished,
  }
}
