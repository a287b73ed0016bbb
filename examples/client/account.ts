import { ConnectionError, createClient, createWebStorage, isProblem, type User } from 'postern/client'

const askForSecondFactor = ({ token }: { token: string }) => {
  location.assign(`/second-factor#${token}`)
  return 'One more step.'
}

const showLogIn = () => location.assign('/login')

const postern = createClient('https://id.example.com', {
  tokens: createWebStorage(localStorage),
  onSessionEnded: showLogIn,
})

/** Registers a person; what they read next depends on whether the server proves addresses first. */
export const register = async (email: string, password: string): Promise<string> => {
  try {
    const answer = await postern.auth.register.$post({ json: { email, password } })
    const { activation } = await answer.json()
    return activation.message
  } catch (error) {
    if (isProblem(error, 'email_taken')) return 'You have an account already. Log in.'
    if (isProblem(error, 'invalid_request')) return error.errors.map(({ message }) => message).join(' ')
    throw error
  }
}

/** Logs in, and says how that went. What no one can explain to a person is thrown on. */
export const logIn = async (email: string, password: string): Promise<string> => {
  try {
    const answer = await postern.auth.login.$post({ json: { email, password } })
    const result = await answer.json()
    if ('mfaRequired' in result) return askForSecondFactor(result.challenge)
    return `Hello ${result.user.name ?? result.user.email}.`
  } catch (error) {
    if (isProblem(error, 'invalid_credentials')) return 'The e-mail address or the password is wrong.'
    if (isProblem(error, 'email_unverified')) return 'Open the link in our mail first.'
    if (error instanceof ConnectionError) return 'We can’t reach the server. Are you online?'
    throw error
  }
}

/** Changes the name of the signed-in person. */
export const rename = async (name: string): Promise<User> => {
  const answer = await postern.me.$patch({ json: { name } })
  return answer.json()
}

/** Ends every session of the signed-in person but this one, one by one. */
export const logOutElsewhere = async (): Promise<void> => {
  const answer = await postern.sessions.$get({ query: { limit: '100' } })
  const { items } = await answer.json()
  for (const { id, current } of items) {
    if (!current) await postern.sessions[':id'].$delete({ param: { id } })
  }
}

/** Ends this session, then shows the log-in page. */
export const logOut = async (): Promise<void> => {
  await postern.auth.logout.$post()
  showLogIn()
}
