// Numbers as `words/text.py` writes them: a true minus, commas between thousands, powers of ten.

const SUPERSCRIPT = Object.fromEntries([..."-0123456789"].map((letter, k) => [letter, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[k]]))

// A score, to so many decimals: `text.number`.
export function fixed(value, digits) {
  if (Math.abs(value) >= 1e6) return `${value < 0 ? "−" : ""}${count(Math.abs(value))}`
  return printed(value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1"))
}

// How many: “44”, “1,000”, “4.1 × 10⁷”: `text.count`.
export function count(value) {
  if (value === 0) return "0"
  if (value < 1e-3 || value >= 999999.5) {
    const [mantissa, exponent] = value.toExponential(1).split("e")
    return `${mantissa} × 10${[...String(Number(exponent))].map((letter) => SUPERSCRIPT[letter]).join("")}`
  }
  return value < 99.95 ? String(Number(value.toPrecision(3))) : printed(value.toFixed(0))
}

// Digits as a person reads them.
export function printed(digits) {
  const [whole, rest] = digits.replace("-", "−").split(".")
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`)
}
