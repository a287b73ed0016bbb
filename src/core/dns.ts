/** What DNS says of a name: `unavailable` when nobody said anything in time. */
export type TxtAnswer = { outcome: 'found'; texts: string[] } | { outcome: 'absent' } | { outcome: 'unavailable' }

/** Asks DNS. Nothing is remembered here: whoever asks wants to know what is there now. */
export interface Dns {
  /**
   * The TXT records of a name. It takes five seconds at the most. What is longer than 255 bytes stands in DNS in parts, which
   * some resolvers give one by one: look for less.
   */
  txt(name: string): Promise<TxtAnswer>
}

/** How long an answer is waited for. */
export const dnsTimeoutMs = 5000
