/**
 * Some browsers call the language `en-US@posix` where the system has none, which `Intl` takes for a mistake; and uPlot asks
 * `Intl` for that language as soon as it is loaded. So this comes before it, and says English then.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
