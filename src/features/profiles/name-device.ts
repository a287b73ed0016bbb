/** By what a browser calls itself, and not by the names that it repeats: nearly each claims to be Safari, too. */
const browsers: [name: string, sign: RegExp][] = [
  ['Microsoft Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|OPX|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Yandex Browser', /\bYaBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS)\//],
  ['Safari', /\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//],
]

const systems: [name: string, sign: RegExp][] = [
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
]

/**
 * A device as its owner would name it, `Firefox, Linux`, from its user agent; null for one we don't know. It never repeats
 * any of the text, which anybody could have made up.
 */
export const nameDevice = (userAgent: string | null): string | null => {
  const nameOf = (known: [name: string, sign: RegExp][]) => known.find(([, sign]) => sign.test(userAgent ?? ''))?.[0]
  return [nameOf(browsers), nameOf(systems)].filter(Boolean).join(', ') || null
}
