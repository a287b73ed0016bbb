import type { KeyedOperationName } from './keyed-operations'
import type { LinkedOperationName } from './linked-operations'
import type { MailedOperationName } from './mailed-operations'
import type { OperationName } from './operations'
import type { SecuredOperationName } from './secured-operations'

/** What an answer costs: statements, commands of Redis, and how often it waits for either. */
export interface Cost {
  status: number
  statements: number
  commands: number
  waits: number
}

type Name = OperationName | MailedOperationName | SecuredOperationName | LinkedOperationName | KeyedOperationName

const cost = (status: number, waits: number): Cost => ({ status, statements: waits, commands: 0, waits })

/** The budget of a warm process: nothing here needs two statements at once, so each is a wait. */
export const budget: Record<Name, Cost> = {
  register: cost(201, 1),
  'log in': cost(200, 2),
  'log in with a wrong password': cost(401, 2),
  'log in with an unknown address': cost(401, 2),
  'read the profile': cost(200, 1),
  'change the profile': cost(200, 1),
  'change attributes and who sees them': cost(200, 1),
  'look at somebody': cost(200, 1),
  'look at somebody without a token': cost(200, 1),
  'read the preferences': cost(200, 1),
  'change the preferences': cost(200, 2),
  'read the terms': cost(200, 0),
  'read what was accepted': cost(200, 1),
  'accept the terms': cost(204, 1),
  'read a picture': cost(200, 0),
  'read initials': cost(200, 0),
  'ask where the picture is': cost(302, 1),
  'take the picture away': cost(204, 1),
  'list sessions': cost(200, 1),
  'read the activity': cost(200, 1),
  'read somebody’s activity as nobody': cost(404, 1),
  'read what I may do': cost(200, 1),
  'list roles as nobody': cost(404, 1),
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

  'log in up to the second factor': cost(200, 2),
  'finish a log-in by a wrong code': cost(400, 2),
  'finish a log-in by a code': cost(200, 2),
  'finish a log-in by a recovery code': cost(200, 2),
  'finish a log-in by a passkey': cost(200, 3),
  'log in on a trusted device': cost(200, 2),
  'ask for the challenge of a passkey': cost(200, 1),
  'log in with a passkey': cost(200, 2),
  'step up by the password': cost(200, 2),
  'step up by a code': cost(200, 2),
  'read the second factors': cost(200, 1),
  'list passkeys': cost(200, 1),
  'list trusted devices': cost(200, 1),
  'trust no device': cost(204, 1),
  'set up an authenticator app': cost(200, 2),
  'confirm an authenticator app': cost(200, 3),
  'make new recovery codes': cost(200, 2),
  'remove an authenticator app': cost(204, 5),

  'go to another provider': cost(302, 1),
  'come back from it': cost(302, 2),
  'exchange what came back': cost(200, 1),
  'log in by an id_token': cost(200, 3),
  'link what came back': cost(201, 1),
  'list accounts elsewhere': cost(200, 1),
  'read the token of a provider': cost(200, 1),
  'unlink an account elsewhere': cost(204, 5),

  'use a key that is not known': cost(200, 1),
  'use a key that is known': cost(200, 0),
  'use what is no key': cost(401, 0),
  'verify a key that is not known': cost(200, 1),
  'verify a key that is known': cost(200, 0),
  'verify what is no key': cost(200, 0),
  'get a token for a program': cost(200, 2),
  'list keys': cost(200, 1),
  'make a key': cost(201, 6),

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

/** How often an answer waits where Redis counts, if it does: whoever reads, or looks up first, is counted meanwhile. */
const waitsWithRedis: Partial<Record<Name, number>> = {
  register: 2,
  'log in': 2,
  'log in with a wrong password': 2,
  'log in with an unknown address': 2,
  'read the profile': 1,
  'change the profile': 2,
  'change attributes and who sees them': 2,
  'look at somebody': 1,
  'look at somebody without a token': 1,
  'read the preferences': 1,
  'change the preferences': 3,
  'read what was accepted': 1,
  'accept the terms': 2,
  'ask where the picture is': 1,
  'take the picture away': 2,
  'list sessions': 1,
  'read the activity': 1,
  'read somebody’s activity as nobody': 1,
  'read what I may do': 1,
  'list roles as nobody': 1,
  'revoke a session': 2,
  refresh: 2,
  'log out': 2,
  'ask for a link that sets a password': 2,
  'ask for it with an unknown address': 2,
  'ask for the verification link again': 2,
  'ask for a link that logs in': 2,
  'ask for another address': 2,
  'change the password': 2,
  'change the password with a wrong one': 2,
  'prove the address': 2,
  'set a password by the link': 2,
  'log in by the link': 2,
  'log in by the code': 2,
  'log in by a wrong code': 2,
  'confirm another address': 2,

  'log in up to the second factor': 2,
  'finish a log-in by a wrong code': 2,
  'finish a log-in by a code': 2,
  'finish a log-in by a recovery code': 2,
  'finish a log-in by a passkey': 3,
  'log in on a trusted device': 2,
  'ask for the challenge of a passkey': 2,
  'log in with a passkey': 3,
  'step up by the password': 2,
  'step up by a code': 2,
  'read the second factors': 1,
  'list passkeys': 1,
  'list trusted devices': 1,
  'trust no device': 2,
  'set up an authenticator app': 3,
  'confirm an authenticator app': 3,
  'make new recovery codes': 3,
  'remove an authenticator app': 6,

  'go to another provider': 2,
  'come back from it': 3,
  'exchange what came back': 2,
  'log in by an id_token': 4,
  'link what came back': 2,
  'list accounts elsewhere': 1,
  'read the token of a provider': 1,
  'unlink an account elsewhere': 6,
  'use a key that is not known': 1,
  'use a key that is known': 1,
  'use what is no key': 1,
  'verify a key that is not known': 1,
  'verify a key that is known': 1,
  'verify what is no key': 1,
  'get a token for a program': 3,
  'list keys': 1,
  'make a key': 7,
  'read the profile without a token': 1,
  'read the profile with a forged token': 1,
  'refresh with garbage': 1,
  'register with a common password': 1,
  'register without an address': 1,
}

/** The budget of a warm process that counts in Redis: one command more, and seldom more than two waits. */
export const budgetWithRedis = (name: Name): Cost => {
  const waits = waitsWithRedis[name]
  return waits === undefined ? budget[name] : { ...budget[name], commands: 1, waits }
}
