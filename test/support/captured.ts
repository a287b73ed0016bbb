import { findLeaks } from './secrets'

/** What servers of this process printed, answered or sent elsewhere, by where it was. */
const captured: { place: string; text: () => string }[] = []

/** Remembers where to look for secrets when everything is over. */
export const capture = (place: string, text: () => string): void => {
  captured.push({ place, text })
}

const problems = new Map<string, string>()

/** Remembers an answer that says what went wrong. */
export const captureProblem = (route: string, text: string): void => {
  problems.set(text.replaceAll(/"(?:instance|requestId)":"[^"]*",?/g, ''), route)
}

/** Every secret that got where none may be: what it is, and where; never which. */
export const findCapturedLeaks = (): string[] => [
  ...captured.flatMap(({ place, text }) => findLeaks(text()).map((leak) => `${place}: ${leak}`)),
  ...[...problems].flatMap(([text, route]) => findLeaks(text).map((leak) => `a problem of ${route}: ${leak}`)),
]
