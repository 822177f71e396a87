// One Plotly figure in one node: by Plotly at rest, by its own nodes in motion, on axes that stand still.

const ROOMY = 2.5 // times as long as needed: longer axes are drawn anew. Curves go as far (`scene.ROOMY`).
const EASE_MS = 220
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false }
const isAxis = (name) => /^[xy]axis\d*$/.test(name)

let plotly
function loadPlotly(url) {
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

// The axes `moved` of a layout, on other ranges.
function onRanges(layout, ranges, moved) {
  return Object.fromEntries(moved.map((name) => [name, { ...layout[name], range: ranges[name] }]))
}

// Resolves when the next frame has been painted.
function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

class Drawing {
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

  // `moving`: whether a finger is down, so that a picture of the same structure moves what is there; on the axes that stand,
  // if it needs others: those come with `refit`.
  async draw(Plotly, figure, layout, moving) {
    const standing = moving ? { ...this.ranges } : null
    const fitted = this.fitted(layout, moving)
    const frame = JSON.stringify(fitted, (name, value) => (name === "range" ? undefined : value))
    const moved = Object.keys(this.ranges).filter((name) => String(standing?.[name]) !== String(this.ranges[name]))
    const seated = moving && this.nodes && this.frame === frame ? PlotlyNodes.seated(figure, this.marks) : null
    this.misfit = null
    if (seated && this.nodes.draw(seated)) {
      if (moved.length) this.misfit = { Plotly, figure, seated, fitted, standing, moved }
      this.over?.place(figure, { ...fitted, ...onRanges(fitted, standing, moved) })
      return
    }
    await this.drawAnew(Plotly, figure, fitted, frame)
    if (moving) this.ease(standing)
  }

  // New axes for what stands on those that no longer fit, once that has been painted.
  async refit() {
    if (this.misfit) await painted()
    if (!this.misfit) return
    const { Plotly, figure, seated, fitted, standing, moved } = this.misfit
    this.misfit = null
    this.over?.place(figure, fitted)
    if (!(await this.shifts(Plotly, seated, fitted, moved))) await this.drawAnew(Plotly, figure, fitted, this.frame)
    this.ease(standing)
  }

  async drawAnew(Plotly, figure, fitted, frame) {
    this.frame = null
    this.over?.place(figure, fitted)
    if (!this.node.data) this.node.replaceChildren()
    await Plotly.react(this.node, figure.data, { ...fitted, datarevision: (this.drawings += 1) }, CONFIG)
    this.drawn = figure
    this.marks = PlotlyNodes.marks(figure)
    this.nodes = PlotlyNodes.of(this.node, figure)
    this.frame = frame
  }

  ease(before) {
    if (this.nodes && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.nodes.ease(before, EASE_MS)
  }

  // Whether the picture could be moved with these axes on their new ranges. A title beside an axis is placed anew where the
  // numbers there have become longer or shorter, for it keeps clear of them: that takes as long as all the rest.
  async shifts(Plotly, figure, layout, moved) {
    const beside = moved.filter((name) => name.startsWith("y") && layout[name].title)
    const before = beside.map((name) => PlotlyNodes.longestTick(this.node, name))
    await Plotly.relayout(this.node, Object.fromEntries(moved.map((name) => [`${name}.range`, [...this.ranges[name]]])))
    const pushed = beside.filter((name, i) => PlotlyNodes.longestTick(this.node, name) !== before[i])
    const titles = pushed.map((name) => [`${name}.title.text`, layout[name].title.text])
    if (titles.length) await Plotly.relayout(this.node, Object.fromEntries(titles))
    this.nodes = new PlotlyNodes(this.node, this.drawn)
    return this.nodes.draw(figure)
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
      const roomy = layout.meta?.roomy?.[name] ?? ROOMY
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
