import { compare } from 'bcryptjs'
import { createImportedVerifier } from './imported-hash-verifier'

/**
 * Says whether a password has a hash that another system made: bcrypt or scrypt, within bounds. In JavaScript, for
 * runtimes without a bcrypt of their own; 9 KB gzip, so it is not for the Worker that answers people.
 */
export const verifyImportedHash = createImportedVerifier(compare)
