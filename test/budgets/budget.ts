import type { MailedOperationName } from './mailed-operations'
import type { OperationName } from './operations'

/** What an answer costs: statements, and how often it waits for Postgres. */
export interface Cost {
  status: number
  statements: number
  waits: number
}

const cost = (status: number, waits: number): Cost => ({ status, statements: waits, waits })

/** The budget of a warm process: nothing here needs two statements at once, so each is a wait. */
export const budget: Record<OperationName | MailedOperationName, Cost> = {
  register: cost(201, 1),
  'log in': cost(200, 2),
  'log in with a wrong password': cost(401, 2),
  'log in with an unknown address': cost(401, 2),
  'read the profile': cost(200, 1),
  'change the profile': cost(200, 1),
  'list sessions': cost(200, 1),
  'revoke a session': cost(204, 1),
  refresh: cost(200, 1),
  'log out': cost(204, 1),

  'ask for a link that sets a password': cost(202, 1),
  'ask for it with an unknown address': cost(202, 1),
  'ask for the verification link again': cost(202, 1),
  'ask for a link that logs in': cost(202, 1),
  'ask for another address': cost(202, 1),
  'change the password': cost(204, 2),
  'change the password with a wrong one': cost(401, 2),

  'prove the address': cost(200, 1),
  'set a password by the link': cost(204, 2),
  'log in by the link': cost(200, 1),
  'log in by the code': cost(200, 1),
  'log in by a wrong code': cost(400, 1),
  'confirm another address': cost(200, 1),

  'read the profile without a token': cost(401, 0),
  'read the profile with a forged token': cost(401, 0),
  'refresh with garbage': cost(401, 0),
  'register with a common password': cost(422, 0),
  'register without an address': cost(422, 0),
  'ask whether it is live': cost(200, 0),
  'read the public keys': cost(200, 0),
  'read the OpenAPI document': cost(200, 0),
  'read the API reference': cost(200, 0),
  'ask for what does not exist': cost(404, 0),
}
