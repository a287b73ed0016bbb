import { defineProblem } from '#core/problem'

export const tooManyApiKeys = defineProblem('too-many-api-keys', 409, 'There are as many API keys as there may be.')
export const alreadyRolled = defineProblem('already-rolled', 409, 'Another key takes the place of this one already.')
export const invalidClient = defineProblem('invalid-client', 401, 'The client is not known, or its secret is wrong.')
export const invalidScope = defineProblem('invalid-scope', 400, 'The client may not do all of what it asks for.')
export const unsupportedGrantType = defineProblem(
  'unsupported-grant-type',
  400,
  'Tokens are issued for client_credentials only.',
)
