// A picture made into a slide: title, panels, small print.

const SLIDE = { width: 1280, height: 720 }
const TITLE = { size: 22, line: 104, lines: 2 } // characters to a line
const LARGER = 1.4 // the words of one panel alone
const SECOND_LINE = 16 // below an axis that says more
const SMALL = { size: 10, line: 215, lines: 2 }
const LETTERS = "Arial, Helvetica, sans-serif" // another program has no font of the page's
const HALO = 4 // pixels around a name
const SHARP = 1.5 // pixels of a PNG to one of the slide

// `panel`: the axes of the one panel that is wanted, "" for all of them.
function slide(figure, layout, panel, title, [settings, link]) {
  const { data, layout: own } = panel ? cutOut(figure.data, layout, [panel === "1" ? "" : panel]) : { data: figure.data, layout }
  const more = Object.keys(own).some((name) => isAxis(name) && own[name].title?.text?.includes("<br>"))
  const second = more ? SECOND_LINE * (panel ? LARGER : 1) : 0
  const found = { ...own, ...SLIDE, font: { ...own.font, family: LETTERS }, margin: { l: 70, r: 30, t: 118, b: 100 + second }, showlegend: false }
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
  const small = [...wrapped(settings, SMALL), ...(link.match(new RegExp(`.{1,${SMALL.line}}`, "g")) ?? [])].map(plain)
  found.annotations.push(
    { ...print(wrapped(title, TITLE).map(plain).join("<br>"), TITLE, 1, "bottom"), yshift: 38 },
    { ...print(small.join("<br>"), SMALL, 0, "top"), yshift: -48 - second },
  )
  return { data, layout: found }
}

function enlarged(part) {
  return { ...part, font: { ...part.font, size: LARGER * part.font.size } }
}

// Lines of whole words; what does not fit ends in an ellipsis.
function wrapped(text, { line, lines }) {
  const found = [""]
  for (const word of text.split(" ")) {
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
async function svgOf(Plotly, sheet, ground) {
  const url = await Plotly.toImage(sheet, { format: "svg", ...SLIDE })
  const file = new DOMParser().parseFromString(decodeURIComponent(url.slice(url.indexOf(",") + 1)), "image/svg+xml")
  for (const name of file.querySelectorAll(".annotation-text")) {
    const halo = name.cloneNode(true)
    Object.assign(halo.style, { stroke: ground, strokeWidth: `${HALO}px`, strokeLinejoin: "round" })
    name.before(halo)
  }
  return new Blob([new XMLSerializer().serializeToString(file)], { type: "image/svg+xml" })
}

async function pngOf(svg) {
  const image = new Image()
  image.src = URL.createObjectURL(svg)
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: SHARP * SLIDE.width, height: SHARP * SLIDE.height })
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(image.src)
  return new Promise((resolve) => canvas.toBlob(resolve))
}

function download(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // by then it is read
}
