const decoded = new WeakMap()

// Numbers of a trace's array: plain, or packed as Plotly's typed array.
export function numbers(array) {
  if (Array.isArray(array)) return array
  if (!decoded.has(array)) {
    const letters = atob(array.bdata)
    const bytes = new Uint8Array(letters.length)
    for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k)
    decoded.set(array, new Float32Array(bytes.buffer))
  }
  return decoded.get(array)
}
