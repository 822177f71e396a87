// A component as Streamlit calls it, with its node and all that is new: one thing for each node.

// `make` makes it of its node, `update` tells it the news. A call may be over only after the next: then nothing is disposed of.
export function component(selector, make, update) {
  const made = new WeakMap()
  return (call) => {
    const root = call.parentElement.querySelector(selector)
    if (!made.has(root)) made.set(root, { thing: make(root) })
    const one = made.get(root)
    one.latest = call
    update(one.thing, call)
    return () => one.latest === call && one.thing.dispose()
  }
}
