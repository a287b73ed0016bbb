import type { Operation } from './operations'

const answers = new Set<string>()

/** Remembers that a request was answered with a status. */
export const noteAnswer = (method: string, path: string, status: number): void => {
  answers.add(`${method} ${path.replace(/\?.*/, '')} ${status}`)
}

const toPattern = (path: string) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

/** Answers that were given to requests of a route although its description leaves their status out. */
export const findUndeclaredAnswers = (operations: Operation[]): string[] => {
  const undeclared = [...answers].flatMap((answer) => {
    const [method, path = '', status = ''] = answer.split(' ')
    const operation = operations.find((known) => known.method === method && toPattern(known.path).test(path))
    return operation && !operation.statuses.includes(status) ? [`${operation.route} ${status}`] : []
  })
  return [...new Set(undeclared)].sort()
}
