/** Why something outside was not fetched. */
export type OutsideFault = 'forbidden' | 'unreachable' | 'refused' | 'too-large'

export type Fetched =
  | { ok: true; bytes: Uint8Array<ArrayBuffer>; contentType: string | null }
  | { ok: false; fault: OutsideFault }

/**
 * Fetches what somebody gave the address of: http and https alone, no address that is not on the public internet, whatever a name
 * resolves to when it is called, redirects checked like the first address.
 */
export interface Outside {
  /** @param limits the most bytes that are read, and how long it may take in all, in milliseconds */
  get(url: string, limits: { bytes: number; timeoutMs: number }): Promise<Fetched>
}
