// What is wider than its place scrolls, and the keyboard reaches it.

export function reachable(nodes) {
  for (const node of nodes) {
    if (node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight) node.tabIndex = 0
    else node.removeAttribute("tabindex")
  }
}
