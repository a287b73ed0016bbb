import { expect } from 'bun:test'
import type { Reply } from './send'
import { Problem } from './shapes'

/** Holds an answer to being this problem, in the whole form of RFC 9457 that the contract promises; returns it. */
export const expectProblem = (reply: Reply, status: number, code: string): Problem => {
  expect({ status: reply.status, body: reply.json }).toMatchObject({ status, body: { status, code } })
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  const problem = Problem.parse(reply.json)
  expect(problem.type).toBe(`/problems/${code.replaceAll('_', '-')}`)
  expect(problem.requestId).toBe(reply.headers.get('x-request-id') ?? '')
  expect(problem.instance).toBe(`urn:request:${problem.requestId}`)
  if (status === 401) expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"/)
  return problem
}

/** Holds an answer to refusing exactly these fields: pointer and code of each. */
export const expectFaults = (reply: Reply, faults: Record<string, string>): void => {
  const { errors = [] } = expectProblem(reply, 422, 'invalid_request')
  expect(Object.fromEntries(errors.map(({ pointer, code }) => [pointer, code]))).toEqual(faults)
}

/** Holds an answer to refusing one field, for whatever reason. */
export const expectFaultyField = (reply: Reply, pointer: string): void => {
  const { errors = [] } = expectProblem(reply, 422, 'invalid_request')
  expect(errors.map((error) => error.pointer)).toContain(pointer)
}
