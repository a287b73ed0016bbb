export interface RouteCall {
  /** The route's template, as `routePolicies` names it. */
  template: string
  /** What is sent: `POST /v1/auth/login`. */
  route: string
  json?: unknown
  /** The body, of routes that take a form from somebody else. */
  form?: string
  /** Whether it needs an access token to get as far as its own limits. */
  needsUser: boolean
  /** Limits of the route's line that this call is not counted by. */
  without?: string[]
}

export const anonymous = (template: string, json?: object, without?: string[]): RouteCall => ({
  template,
  route: template,
  needsUser: false,
  ...(json && { json }),
  ...(without && { without }),
})

export const signedIn = (template: string, json?: object, route = template): RouteCall => ({
  template,
  route,
  needsUser: true,
  ...(json && { json }),
})

export const newAddress = () => `person-${crypto.randomUUID()}@example.com`
export const password = 'correct horse battery staple'
export const token = 'a-token-that-nobody-mailed'
export const nowhere = '00000000-0000-7000-8000-000000000000'

/** A call to a thing of the caller that there is not. */
export const atNothing = (template: string, json?: object): RouteCall =>
  signedIn(template, json, template.replaceAll(/:(?:id|\w+Id)\b/g, nowhere).replace(/:(name|role)\b/, 'clerk'))
