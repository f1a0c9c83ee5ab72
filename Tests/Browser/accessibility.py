"""Checks of a page as assistive technology meets it, as axe does: names, roles, contrast, order, nothing too wide."""

NAMES = """
const problems = [];
const seen = element => element.getClientRects().length && getComputedStyle(element).visibility !== 'hidden';
const text = id => document.getElementById(id)?.textContent.trim() ?? '';
function name(element) {
  const by = element.getAttribute('aria-labelledby');
  const label = element.labels?.[0]?.textContent;
  return (element.getAttribute('aria-label') || (by && by.split(' ').map(text).join(' ')) || label
    || element.getAttribute('alt') || element.getAttribute('title') || element.textContent || '').trim();
}
for (const element of document.querySelectorAll(
    'button,a[href],input,select,textarea,summary,progress,canvas,[role=img],[role=region]'))
  if (seen(element) && !name(element)) problems.push('without a name: ' + element.outerHTML.slice(0, 120));
for (const image of document.images)
  if (!image.hasAttribute('alt')) problems.push('without alt: ' + image.outerHTML.slice(0, 80));
const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) problems.push('twice: #' + id);
for (const element of document.querySelectorAll('[aria-describedby],[aria-labelledby]'))
  for (const id of (element.getAttribute('aria-describedby') || element.getAttribute('aria-labelledby')).split(' '))
    if (!document.getElementById(id)) problems.push('refers to nothing: #' + id);
const known = ['log', 'status', 'note', 'region', 'img', 'doc-toc', 'group', 'alert', 'math'];
for (const element of document.querySelectorAll('[role]'))
  if (!known.includes(element.getAttribute('role'))) problems.push('role ' + element.getAttribute('role'));
if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
if (!document.documentElement.lang) problems.push('no language');
if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
return problems;
"""

CONTRAST = """
const problems = [];
const numbers = color => (color.match(/[\\d.]+/g) || []).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
function background(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = numbers(getComputedStyle(at).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
}
for (const element of document.querySelectorAll(arguments[0])) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.getClientRects().length || element.closest('svg,:disabled')) continue;
  const pair = [numbers(getComputedStyle(element).color), background(element)].map(luminance).sort((a, b) => b - a);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (ratio < 4.5) problems.push(ratio.toFixed(2) + ': ' + element.outerHTML.slice(0, 100));
}
return problems;
"""

OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"

LIVE = (
    ".live, .live *, .livebar, .livebar *, .actions *, .editor *, .case p, .where, .where *, .compile-error, .sides *"
)


def problems(reader, where):
    """All that is found, in light and in dark, on a desk and on a phone."""
    found = [f"{where}: {problem}" for problem in reader.run(NAMES)]
    for scheme in ("light", "dark"):
        reader.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        found += [f"{where}, {scheme}: contrast {problem}" for problem in reader.run(CONTRAST, LIVE)]
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    reader.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 375, "height": 700, "deviceScaleFactor": 2, "mobile": True}
    )
    wide = reader.run(OVERFLOW)
    reader.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return found + ([f"{where}: {wide} px wider than a phone"] if wide > 0 else [])
