/** What a stand-in for Turnstile or hCaptcha was asked, a form each. */
export type VerifyForm = Record<string, string>

export interface Siteverify {
  url: string
  asked: VerifyForm[]
  /** Answers from now on; the usual takes each token of `passingToken` once. */
  answerWith(answer: (form: VerifyForm) => Response | Promise<Response>): void
  answerAsUsual(): void
  stop(): Promise<void>
}

/** The secret that the stand-in knows, told apart from all else in answers and logs. */
export const captchaSecret = 'captcha-secret-0x4AAAAAAAabcdef'
export const siteKey = 'site-key-of-tests'

/** A token that passes once. */
export const passingToken = (): string => `passing-${crypto.randomUUID()}`

const verdict = (success: boolean, ...codes: string[]) =>
  Response.json({ success, 'error-codes': codes, hostname: 'id.example.com' })

/** Starts a server that speaks as `siteverify` of Turnstile and hCaptcha does. */
export const startSiteverify = (): Siteverify => {
  const asked: VerifyForm[] = []
  const used = new Set<string>()
  const usual = ({ secret, response = '' }: VerifyForm): Response => {
    if (secret !== captchaSecret) return verdict(false, 'invalid-input-secret')
    if (!response.startsWith('passing-')) return verdict(false, 'invalid-input-response')
    if (used.has(response)) return verdict(false, 'timeout-or-duplicate')
    used.add(response)
    return verdict(true)
  }
  let answer: (form: VerifyForm) => Response | Promise<Response> = usual
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const fields = new URLSearchParams(await request.text())
      const form = Object.fromEntries(fields)
      asked.push(form)
      return answer(form)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/siteverify`,
    asked,
    answerWith: (next) => {
      answer = next
    },
    answerAsUsual: () => {
      answer = usual
    },
    stop: () => server.stop(true),
  }
}
