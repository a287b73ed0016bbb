/** A server that takes messages of syslog. */
export interface Syslog {
  /** Sends messages (RFC 5424), in order. Resolves once the receiver has read them all; throws when that is not certain. */
  send(messages: string[]): Promise<void>
}
