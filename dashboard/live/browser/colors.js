// Red, green and blue of “#rrggbb” or “rgb(r, g, b)”.
function parts(text) {
  return text.startsWith("#") ? text.match(/[0-9a-f]{2}/gi).map((hex) => parseInt(hex, 16)) : text.match(/\d+/g).map(Number)
}

export const isLight = (color) => color !== "" && parts(color).slice(0, 3).reduce((sum, value) => sum + value) > 384

// A colour between two.
export function mixed(color, other, share) {
  const [a, b] = [parts(color), parts(other)]
  return `rgb(${a.slice(0, 3).map((value, k) => Math.round(share * value + (1 - share) * b[k])).join(",")})`
}
