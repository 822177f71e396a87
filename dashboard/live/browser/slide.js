// A picture made into a slide: title, panels, small print.

import { numbers } from "./arrays.js"
import { cutOut, isAxis, Panel, panelOf } from "./geometry.js"
import { ANNOTATION } from "./plotly_nodes.js"

const SLIDE_PX = { width: 1280, height: 720 }
const TITLE = { size: 22, line: 112, lines: 2 } // characters to a line
const ONE_PANEL_TYPE_RATIO = 1.4
const SECOND_AXIS_LINE_PX = 16
const SMALL = { size: 15, line: 176, lines: 2, height: 20 }
const LONGEST_LINK_CHARS = 2 * SMALL.line // a longer one is left out: nobody types it
const SMOOTH_STEP_PX = 3
const SHARP_TURN_COSINE = 0.5 // a curve is not led smoothly around it
const LETTERS = "Arial, Helvetica, sans-serif" // another program has no font of the page's
const NAME_HALO_PX = 4
const PNG_SCALE = 1.5

// `panel`: the axes of the one panel that is wanted, "" for all of them.
export function slide(figure, layout, panel, title, [settings, link]) {
  const { data, layout: own } = panel ? cutOut(figure.data, layout, [panel === "1" ? "" : panel]) : { data: figure.data, layout }
  const more = Object.keys(own).some((name) => isAxis(name) && own[name].title?.text?.includes("<br>"))
  const second = more ? SECOND_AXIS_LINE_PX * (panel ? ONE_PANEL_TYPE_RATIO : 1) : 0
  const lines = [...wrapped(settings, SMALL), ...(link.length > LONGEST_LINK_CHARS ? [] : link.match(new RegExp(`.{1,${SMALL.line}}`, "g")))].map(plain)
  const margin = { l: 70, r: Math.max(30, own.margin.r * (panel ? ONE_PANEL_TYPE_RATIO : 1)), t: 118, b: 58 + second + SMALL.height * lines.length }
  const found = { ...own, ...SLIDE_PX, font: { ...own.font, family: LETTERS }, margin, showlegend: false }
  found.annotations = own.annotations.map((note) => (panel ? enlarged(note) : { ...note }))
  if (panel) {
    Object.assign(found, enlarged(found))
    for (const name of Object.keys(own).filter(isAxis)) found[name] = { ...own[name], title: enlarged(own[name].title) }
  }
  const print = (text, { size }, y, yanchor) => ({
    text,
    ...{ xref: "paper", yref: "paper", x: 0, xanchor: "left", xshift: -50, y, yanchor, align: "left", showarrow: false },
    font: { size },
  })
  found.annotations.push(
    { ...print(wrapped(title, TITLE).map(plain).join("<br>"), TITLE, 1, "bottom"), yshift: 38 },
    { ...print(lines.join("<br>"), SMALL, 0, "top"), yshift: -48 - second },
  )
  return { data: data.map((trace) => (trace.mode === "lines" ? smooth(trace, new Panel(found, panelOf(trace))) : trace)), layout: found }
}

// A line with as many points as its bends need on a slide, and its jumps and corners as they are.
export function smooth(trace, panel) {
  const [x, y] = [numbers(trace.x), numbers(trace.y)]
  const at = Array.from(x, (value, k) => [value, y[k]])
  const isThere = (k) => k >= 0 && k < at.length && at[k].every((value) => value !== null && value === value)
  const ways = at.map((_, k) => {
    if (!isThere(k) || !isThere(k + 1)) return null
    const [across, up] = [panel.px(x[k + 1]) - panel.px(x[k]), panel.py(y[k + 1]) - panel.py(y[k])]
    return { across, up, long: Math.hypot(across, up) || 1e-9 }
  })
  const slopes = at.map((_, k) => {
    const [a, b] = [ways[k - 1], ways[k]]
    if (!a || !b || Math.abs(a.across) < 0.05 || Math.abs(b.across) < 0.05) return null
    if ((a.across * b.across + a.up * b.up) / (a.long * b.long) < SHARP_TURN_COSINE) return null
    return [0, 1].map((i) => (((at[k][i] - at[k - 1][i]) / a.long) * b.long + ((at[k + 1][i] - at[k][i]) / b.long) * a.long) / (a.long + b.long))
  })
  const found = []
  at.forEach((point, k) => {
    found.push(point)
    const way = ways[k]
    const steps = way && Math.abs(way.across) > 0.05 ? Math.min(12, Math.ceil(way.long / SMOOTH_STEP_PX)) : 1
    for (let step = 1; step < steps; step++) {
      const t = step / steps
      found.push([0, 1].map((i) => {
        const [from, to] = [point[i], at[k + 1][i]]
        const straight = (to - from) / way.long
        const [start, end] = [slopes[k]?.[i] ?? straight, slopes[k + 1]?.[i] ?? straight]
        const bend = t * (1 - t) * way.long * ((1 - t) * (start - straight) - t * (end - straight))
        return from + t * (to - from) + bend
      }))
    }
  })
  return { ...trace, x: found.map(([value]) => value), y: found.map(([, value]) => value) }
}

function enlarged(part) {
  return { ...part, font: { ...part.font, size: ONE_PANEL_TYPE_RATIO * part.font.size } }
}

// Lines of whole words and equations; what does not fit ends in an ellipsis.
export function wrapped(text, { line, lines }) {
  const found = [""]
  for (const word of text.split(/(?<! =) (?!= )/)) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word
    if (longer.length <= line) found[found.length - 1] = longer
    else found.push(word)
  }
  return found.length <= lines ? found : [...found.slice(0, lines - 1), `${found[lines - 1].slice(0, line - 1)}…`]
}

// Text that Plotly does not take for markup.
function plain(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}

// The slide as an SVG file: no line strikes through a name, in any program.
export async function svgOf(Plotly, sheet, ground) {
  const url = await Plotly.toImage(sheet, { format: "svg", ...SLIDE_PX })
  const file = new DOMParser().parseFromString(decodeURIComponent(url.slice(url.indexOf(",") + 1)), "image/svg+xml")
  for (const name of file.querySelectorAll(ANNOTATION)) {
    const halo = name.cloneNode(true)
    Object.assign(halo.style, { stroke: ground, strokeWidth: `${NAME_HALO_PX}px`, strokeLinejoin: "round" })
    name.before(halo)
  }
  return new Blob([new XMLSerializer().serializeToString(file)], { type: "image/svg+xml" })
}

export async function pngOf(svg) {
  const image = new Image()
  image.src = URL.createObjectURL(svg)
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: PNG_SCALE * SLIDE_PX.width, height: PNG_SCALE * SLIDE_PX.height })
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(image.src)
  return new Promise((resolve) => canvas.toBlob(resolve))
}

export function download(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // by then it is read
}
