// One Plotly figure in one node: by Plotly at rest, by its own nodes in motion, on axes that stand still.

import { isLight, mixed } from "./colors.js"
import { isAxis } from "./geometry.js"
import { PlotlyNodes } from "./plotly_nodes.js"

const LONGEST_AXIS_RATIO = 2.5 // times as long as needed: longer axes are drawn anew. Curves go as far (`scene.ROOMY`).
const EASE_MS = 220
const OWN_COLOR_SHARE = 0.7 // on a dark ground; the rest is white
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false }

let plotly
export function loadPlotly(url) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly)
    const script = document.createElement("script")
    script.src = url
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => {
      plotly = undefined // the next picture tries again
      reject(new Error("Plotly.js could not be loaded"))
    }
    document.head.append(script)
  })
  return plotly
}

// The page's colours and letters at a node; to ask makes the browser work out every style at once.
function themeOf(node) {
  const style = getComputedStyle(node)
  const value = (name) => style.getPropertyValue(name).trim()
  return {
    text: value("--st-text-color"),
    line: value("--st-border-color-light") || value("--st-border-color"),
    behind: value("--st-secondary-background-color"),
    family: value("--st-font"),
  }
}

export const isDark = (node) => isLight(themeOf(node).text)

// The figure for a dark ground: its lines and points are lighter.
export function brightened(figure) {
  const lighter = (color) => (Array.isArray(color) ? color.map(lighter) : color?.startsWith("#") ? mixed(color, "#ffffff", OWN_COLOR_SHARE) : color)
  const data = figure.data.map((trace) => {
    const { line, marker } = trace
    const lit = { ...trace }
    if (line) lit.line = { ...line, color: lighter(line.color) }
    if (marker) lit.marker = { ...marker, color: lighter(marker.color), line: { ...marker.line, color: lighter(marker.line?.color) } }
    return lit
  })
  return { ...figure, data }
}

export class Drawing {
  // `over`: what lies over the figure and is placed with it, names and grips, if anything does.
  constructor(node, over) {
    this.node = node
    this.over = over
    this.ranges = {}
    this.meanings = {} // what each axis was last of
    this.drawings = 0 // Plotly looks at its numbers anew when this changes, whatever was moved in between
  }

  // The next picture chooses its axes afresh.
  forget() {
    this.ranges = {}
    this.over?.forget()
  }

  purge() {
    window.Plotly?.purge(this.node)
    this.frame = null
  }

  // `moving`: whether a finger is down, so that a picture of the same structure moves what is there, on new axes if need be.
  async draw(Plotly, figure, layout, moving) {
    const before = moving ? { ...this.ranges } : null
    const fitted = this.fitted(layout, moving)
    const frame = JSON.stringify(fitted, (name, value) => (name === "range" ? undefined : value))
    this.over?.place(figure, fitted)
    const moved = Object.entries(this.ranges).filter(([name, range]) => String(before?.[name]) !== String(range))
    const seated = moving && this.nodes && this.frame === frame ? PlotlyNodes.seated(figure, this.marks) : null
    this.frame = null
    if (seated && moved.length) await this.nodes.onAxes(Plotly, Object.fromEntries(moved))
    if (!(seated && this.nodes.draw(seated))) {
      if (!this.node.data) this.node.replaceChildren()
      this.nodes?.unhide()
      await Plotly.react(this.node, figure.data, { ...fitted, datarevision: (this.drawings += 1) }, CONFIG)
      this.marks = PlotlyNodes.marks(figure)
      this.nodes = PlotlyNodes.of(this.node, figure)
    }
    this.frame = frame
    const eases = moving && moved.length && !matchMedia("(prefers-reduced-motion: reduce)").matches
    if (eases) this.nodes?.ease(before, EASE_MS)
  }

  // The layout in the page's colours, on axes that stay while what they show fits well enough: a jumping axis hides motion.
  fitted(layout, moving = false) {
    if (!moving || !this.theme) this.theme = themeOf(this.node)
    const { text, line, behind, family } = this.theme
    const axes = {}
    for (const [name, axis] of Object.entries(layout).filter(([name, axis]) => isAxis(name) && axis.range)) {
      const [low, high] = axis.range
      const meaning = axis.title?.text ?? ""
      const [keptLow, keptHigh] = (this.meanings[name] === meaning && this.ranges[name]) || axis.range
      const roomy = layout.meta?.roomy?.[name] ?? LONGEST_AXIS_RATIO
      const keeps = keptLow <= low && high <= keptHigh && keptHigh - keptLow <= roomy * (high - low)
      const range = keeps ? [keptLow, keptHigh] : [low, high]
      this.ranges[name] = range
      this.meanings[name] = meaning
      axes[name] = { gridcolor: line, zerolinecolor: line, linecolor: line, ...axis, range: [...range] }
    }
    return {
      ...layout,
      ...axes,
      font: { ...layout.font, color: text, family },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: behind, font: { color: text } },
    }
  }
}
