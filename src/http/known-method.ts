const known = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/

/** The method of a request as it may be told: others than HTTP's are named by whoever asks, and are `_OTHER` (OpenTelemetry's word). */
export const knownMethod = (method: string): string => (known.test(method) ? method : '_OTHER')
