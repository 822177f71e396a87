// Words, readouts, formulas and tables, written into nodes that stay.

import { reachable } from "./scrolling.js"

const TEXT_SIZES_EM = [1, 0.93, 0.86, 0.8, 0.74] // until it fits in the height that is reserved for it

// One child of `parent` for each item, kept where there is one already.
export function refill(parent, items, tag, write) {
  while (parent.children.length > items.length) parent.lastElementChild.remove()
  while (parent.children.length < items.length) parent.append(document.createElement(tag))
  items.forEach((item, i) => write(parent.children[i], item))
}

// Only what is new: every text that is written makes the browser lay out anew.
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text
}

// “n = 26”, “6.0 × 10⁹” and “3 nats” stay on one line.
function unbroken(text) {
  return text.replace(/ ([=≈×<>]) /g, "\u00a0$1\u00a0").replace(/(\d) (nats|%)/g, "$1\u00a0$2")
}

const written = new WeakMap() // node → its HTML

function sayHtml(node, html) {
  if (written.get(node) === html) return
  written.set(node, html)
  node.innerHTML = html
}

export class Words {
  constructor(root) {
    this.root = root
  }

  find(part) {
    return this.root.querySelector(`.live-${part}`)
  }

  // In the words' place, why there is no picture; the old one stands back until the next comes.
  excuse(why) {
    refill(this.find("notices"), [why], "p", say)
    refill(this.find("takeaway"), [], "span", say)
    this.root.dataset.stale = ""
  }

  write({ notices, takeaway, readouts }, moving) {
    delete this.root.dataset.stale
    refill(this.find("notices"), notices, "p", (item, text) => say(item, unbroken(text)))
    refill(this.find("takeaway"), takeaway, "span", (item, [text, color]) => {
      say(item, unbroken(text))
      item.style.color = color && `color-mix(in srgb, ${color} 66%, var(--st-text-color))`
      item.style.fontWeight = color ? 600 : ""
    })
    this.fit(this.find("words"), moving)
    refill(this.find("readouts"), readouts, "li", (item, readout) => {
      if (!item.children.length) {
        item.append(...["name", "value", "change", "note", "bar", "help"].map((name) => {
          const span = document.createElement("span")
          span.className = name
          return span
        }))
      }
      const [name, value, change, note, bar, help] = item.children
      item.title = readout.help ?? ""
      say(help, readout.help ?? "")
      say(name, readout.label)
      say(value, readout.value)
      say(change, readout.change)
      const news = readout.better * (readout.change.startsWith("+") ? 1 : readout.change.startsWith("−") ? -1 : 0)
      change.className = `change ${["bad", "", "good"][news + 1]}`
      say(note, (note.title = readout.note))
      bar.toggleAttribute("hidden", !readout.bar)
      if (!readout.bar) return
      const [from, to] = readout.bar.map((share) => `${100 * share}%`)
      bar.style.background = `linear-gradient(to right, transparent ${from}, ${readout.color} ${from} ${to}, transparent ${to})`
    })
    this.find("readouts").style.setProperty("--count", readouts.length)
  }

  // Make the text as small as it must be to stay within the height that is reserved for it.
  // What has been seen to fit, or not to, need not be measured in mid-drag.
  fit(box, moving) {
    const { length } = box.textContent
    const width = moving && this.fitsAt ? this.fitsAt : this.root.clientWidth
    if (width !== this.fitsAt) Object.assign(this, { fitsAt: width, fits: {}, fails: {} })
    for (const size of TEXT_SIZES_EM) {
      if (length >= (this.fails[size] ?? Infinity) && size !== TEXT_SIZES_EM.at(-1)) continue
      box.style.fontSize = size === 1 ? "" : `${size}em`
      if (length <= (this.fits[size] ?? 0)) return
      if (box.scrollHeight <= parseFloat(getComputedStyle(box).minHeight) + 1) {
        this.fits[size] = length
        return
      }
      this.fails[size] = length
    }
  }

  // What stands below the picture; words come from the server as HTML, made there of the page's own templates.
  explain({ why, tables }) {
    sayHtml(this.find("why"), why)
    refill(this.find("tables"), tables, "section", (section, { title, columns, rows }) => {
      if (!section.children.length) section.innerHTML = "<h3></h3><div><table><thead><tr></tr></thead><tbody></tbody></table></div>"
      say(section.firstChild, title)
      refill(section.querySelector("thead tr"), columns, "th", (cell, text) => {
        sayHtml(cell, text)
        cell.scope = "col"
      })
      const heads = [...section.querySelectorAll("th")].map((head) => head.textContent)
      refill(section.querySelector("tbody"), rows, "tr", (row, cells) => {
        refill(row, cells, "td", sayHtml)
        heads.forEach((head, k) => (row.children[k].dataset.head = head))
      })
    })
    reachable(this.root.querySelectorAll(".live-tables section > div, .live-why .math.block"))
  }
}
