import type { Context } from 'hono'
import { invalidApiKey, malformedRequest, missingPermission, unsupportedMediaType } from '#core/problems'
import { describe } from '#http/describe'
import { readForm } from '#http/read-form'
import { type AppEnv, createRouter } from '#http/router'
import { isJson } from '#http/validate'
import { introspectToken } from './introspect-token'
import { type ClientCredentials, issueClientToken } from './issue-client-token'
import { ClientToken, Introspection } from './machine-contract'
import { invalidClient, invalidScope, unsupportedGrantType } from './problems'

/** The id and secret of `Authorization: Basic`, as RFC 6749, section 2.3.1 spells them; undefined for no such header. */
const readBasic = (authorization = ''): [id: string, secret: string] | undefined => {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  try {
    const [, id = '', secret = ''] = /^([^:]*):(.*)$/.exec(atob(encoded)) ?? []
    return [decodeURIComponent(id.replaceAll('+', ' ')), decodeURIComponent(secret.replaceAll('+', ' '))]
  } catch {
    throw invalidClient()
  }
}

/** A parameter that may be there once (RFC 6749, section 3.2). */
const readOne = (form: URLSearchParams, name: string): string | null => {
  if (form.getAll(name).length > 1) throw malformedRequest({ detail: `Send ${name} once.` })
  return form.get(name) || null
}

const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

const readCredentials = async (c: Context<AppEnv>): Promise<ClientCredentials> => {
  const form = await readForm(c)
  const grant = readOne(form, 'grant_type')
  if (grant === null) throw malformedRequest({ detail: 'Send grant_type.' })
  if (grant !== 'client_credentials') throw unsupportedGrantType()
  const [formId, formSecret] = [readOne(form, 'client_id'), readOne(form, 'client_secret')]
  const basic = readBasic(c.req.header('authorization'))
  if (basic && (formSecret !== null || (formId !== null && formId !== basic[0]))) {
    throw malformedRequest({ detail: 'Send the secret in one way.' })
  }
  const [clientId, clientSecret] = basic ?? [formId, formSecret]
  if (!clientId || !clientSecret || !isUuid.test(clientId)) throw invalidClient()
  return { clientId, clientSecret, scope: readOne(form, 'scope') }
}

/** The token of a form, as RFC 7662 has it, or of JSON. */
const readToken = async (c: Context<AppEnv>): Promise<string> => {
  if (!isJson(c.req.header('content-type'))) {
    const token = readOne(await readForm(c), 'token')
    if (token === null) throw malformedRequest({ detail: 'Send token.' })
    return token
  }
  const body: unknown = await c.req.json()
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined
  if (typeof token !== 'string') throw malformedRequest({ detail: 'Send token.' })
  return token
}

/** What programs ask for themselves, and services ask about others. */
export const machines = createRouter()
  .post(
    '/oauth/token',
    describe({
      summary: 'A token for a program (RFC 6749, section 4.4)',
      description:
        'A form with `grant_type=client_credentials` and `scope`. The client is a service account, its secret one of its keys.',
      caller: 'anyone',
      answers: { 200: { description: 'An access token.', schema: ClientToken } },
      problems: [malformedRequest, invalidClient, invalidScope, unsupportedGrantType],
    }),
    async (c) => c.json(await issueClientToken(c.get('ctx'), await readCredentials(c)), 200),
  )
  .post(
    '/auth/introspect',
    describe({
      summary: 'What a token is worth (RFC 7662)',
      description: 'A form with `token`, or the same as JSON, by a key with `tokens:introspect`.',
      caller: 'user',
      answers: { 200: { description: 'Nothing but `active` where it is worth nothing.', schema: Introspection } },
      problems: [malformedRequest, unsupportedMediaType, missingPermission, invalidApiKey],
    }),
    async (c) => c.json(await introspectToken(c.get('ctx'), () => readToken(c)), 200),
  )
